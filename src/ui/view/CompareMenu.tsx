// What to look at beside the slide: the same one without its layer, or another of the list, of a link or of this computer.

import { useId } from 'react';
import { useActions, useAppState } from '../app-context.tsx';
import { Icon } from '../parts/Icon.tsx';
import { TextForm } from '../parts/TextForm.tsx';
import { FileButton } from '../slide/FileButton.tsx';
import { panelStrings } from '../strings/panel-strings.ts';

const words = panelStrings.compare;

export function CompareMenu() {
  const id = useId();
  const { compareWithoutLayer, compareWith } = useActions();
  const slides = useAppState((state) => state.slides);
  const active = useAppState((state) => state.compare.status !== 'none');
  const close = () => document.getElementById(id)?.hidePopover();
  const choose = (from: string | readonly File[]) => {
    close();
    compareWith(from);
  };
  return (
    <>
      <button
        type="button"
        className="icon-button"
        aria-label={words.button}
        title={words.button}
        data-active={active || undefined}
        popoverTarget={id}
      >
        <Icon name="compare" />
      </button>
      <div id={id} popover="auto" className="popover compare-menu" role="dialog" aria-label={words.button}>
        <button type="button" popoverTarget={id} popoverTargetAction="hide" onClick={compareWithoutLayer}>
          {words.withoutLayer}
        </button>
        <h3>{words.withSlide}</h3>
        <ul className="slide-list" aria-label={words.withSlide}>
          {slides.map((slide) => (
            <li key={slide.id}>
              <button type="button" onClick={() => choose(slide.id)}>
                {slide.title}
              </button>
            </li>
          ))}
        </ul>
        <TextForm label={words.link} button={words.openLink} onSubmit={choose} />
        <FileButton label={words.chooseFiles} onFiles={choose} />
      </div>
    </>
  );
}
