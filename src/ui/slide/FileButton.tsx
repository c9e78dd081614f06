// A native file input that looks like a button: the keyboard, the drop onto it and its name come from the browser.

import { canPickHandles, pickFiles } from './pick-files.ts';

interface FileButtonProps {
  readonly label: string;
  /** A whole folder instead of single files. */
  readonly folder?: boolean;
  /** Asks the browser for files in the form that can be opened again at the next visit, where it has one. */
  readonly comesBack?: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}

export function FileButton({ label, folder = false, comesBack = false, onFiles }: FileButtonProps) {
  return (
    <label className="button file-button">
      {label}
      <input
        type="file"
        multiple
        className="visually-hidden"
        // React has no name for this attribute.
        ref={(input) => {
          if (input !== null) input.webkitdirectory = folder;
        }}
        onClick={(event) => {
          if (!comesBack || !canPickHandles()) return;
          event.preventDefault();
          void pickFiles().then((files) => {
            if (files.length > 0) onFiles(files);
          });
        }}
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])];
          // The same file can be chosen again after a failure.
          currentTarget.value = '';
          if (files.length > 0) onFiles(files);
        }}
      />
    </label>
  );
}
