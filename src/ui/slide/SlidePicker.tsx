// Where a slide comes from: the server's list, those opened before, a link, or files of this computer.

import { useActions } from '../app-context.tsx';
import { TextForm } from '../parts/TextForm.tsx';
import { strings } from '../strings/strings.ts';
import { FileButton } from './FileButton.tsx';
import { SlideLists } from './SlideLists.tsx';

/** `onChosen` is called once the user has asked for a slide, before it is open. */
export function SlidePicker({ onChosen }: { readonly onChosen: () => void }) {
  const { openSlide } = useActions();
  const choose = (from: string | readonly File[]) => {
    onChosen();
    openSlide(from);
  };
  return (
    <div className="slide-picker">
      <SlideLists onChosen={onChosen} />
      <TextForm
        label={strings.slide.link}
        hint={strings.slide.linkHint}
        button={strings.slide.openLink}
        onSubmit={choose}
      />
      <div className="file-choice">
        <FileButton label={strings.slide.chooseFiles} comesBack onFiles={choose} />
        <FileButton label={strings.slide.chooseFolder} folder onFiles={choose} />
        <p className="hint">
          {strings.slide.privacy} {strings.slide.dropHint}
        </p>
      </div>
    </div>
  );
}
