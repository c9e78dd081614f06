// Where a slide comes from: the server's list, a link, or files of this computer.

import { useActions, useAppState } from './app-context.tsx';
import { FileButton } from './FileButton.tsx';
import { shownSlide } from './selectors.ts';
import { strings } from './strings.ts';
import { TextForm } from './TextForm.tsx';

/** `onChosen` is called once the user has asked for a slide, before it is open. */
export function SlidePicker({ onChosen }: { readonly onChosen: () => void }) {
  const { openSlide, openCohort } = useActions();
  const slides = useAppState((state) => state.slides);
  const cohorts = useAppState((state) => state.cohorts);
  const openId = useAppState((state) => shownSlide(state)?.info.id);
  const choose = (from: string | readonly File[]) => {
    onChosen();
    openSlide(from);
  };
  return (
    <div className="slide-picker">
      {slides.length === 0 ? (
        <p className="hint">{strings.slide.listEmpty}</p>
      ) : (
        <ul className="slide-list" aria-label={strings.slide.list}>
          {slides.map(({ id, title }) => (
            <li key={id}>
              <button type="button" aria-current={id === openId ? 'true' : undefined} onClick={() => choose(id)}>
                {title}
              </button>
            </li>
          ))}
        </ul>
      )}
      {cohorts.length > 0 && (
        <ul className="slide-list" aria-label={strings.cohort.list}>
          {cohorts.map(({ title, url }) => (
            <li key={url}>
              <button
                type="button"
                onClick={() => {
                  onChosen();
                  openCohort(url);
                }}
              >
                {strings.cohort.title(title)}
              </button>
            </li>
          ))}
        </ul>
      )}
      <TextForm
        label={strings.slide.link}
        hint={strings.slide.linkHint}
        button={strings.slide.openLink}
        onSubmit={choose}
      />
      <div className="file-choice">
        <FileButton label={strings.slide.chooseFiles} onFiles={choose} />
        <FileButton label={strings.slide.chooseFolder} folder onFiles={choose} />
        <p className="hint">
          {strings.slide.privacy} {strings.slide.dropHint}
        </p>
      </div>
    </div>
  );
}
