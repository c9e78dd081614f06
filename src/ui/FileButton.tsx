// A native file input that looks like a button: the keyboard, the drop onto it and its name come from the browser.

interface FileButtonProps {
  readonly label: string;
  /** A whole folder instead of single files. */
  readonly folder?: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}

export function FileButton({ label, folder = false, onFiles }: FileButtonProps) {
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
