// The slides one can open with a click: the server's list and its cohorts, and those opened before from elsewhere, with their
// pictures.

import { useEffect } from 'react';
import { useActions, useAppState } from '../app-context.tsx';
import { IconButton } from '../parts/IconButton.tsx';
import { shownSlide } from '../selectors.ts';
import { panelStrings } from '../strings/panel-strings.ts';
import { strings } from '../strings/strings.ts';
import { SlidePicture } from './SlidePicture.tsx';

const words = strings.slide;

/** `onChosen` is called once the user has asked for a slide, before it is open. */
export function SlideLists({ onChosen }: { readonly onChosen: () => void }) {
  const { openSlide, watchSlideList } = useActions();
  const slides = useAppState((state) => state.slides);
  const keys = useAppState((state) => state.slideKeys);
  const pictures = useAppState((state) => state.pictures);
  const openId = useAppState((state) => shownSlide(state)?.info.id);
  useEffect(() => watchSlideList(), [watchSlideList]);
  return (
    <>
      {slides.length === 0 ? (
        <p className="hint">{words.listEmpty}</p>
      ) : (
        <ul className="slide-list" aria-label={words.list}>
          {slides.map(({ id, title }) => (
            <li key={id}>
              <button
                type="button"
                aria-current={id === openId ? 'true' : undefined}
                onClick={() => {
                  onChosen();
                  openSlide(id);
                }}
              >
                <SlidePicture picture={pictures.get(keys.get(id) ?? '')} />
                {title}
              </button>
            </li>
          ))}
        </ul>
      )}
      <Cohorts onChosen={onChosen} />
      <RecentSlides onChosen={onChosen} />
    </>
  );
}

function Cohorts({ onChosen }: { readonly onChosen: () => void }) {
  const { openCohort } = useActions();
  const cohorts = useAppState((state) => state.cohorts);
  if (cohorts.length === 0) return null;
  return (
    <ul className="slide-list" aria-label={panelStrings.cohort.list}>
      {cohorts.map(({ title, url }) => (
        <li key={url}>
          <button
            type="button"
            onClick={() => {
              onChosen();
              openCohort(url);
            }}
          >
            {panelStrings.cohort.title(title)}
          </button>
        </li>
      ))}
    </ul>
  );
}

function RecentSlides({ onChosen }: { readonly onChosen: () => void }) {
  const { openRecent, forgetRecent } = useActions();
  const recent = useAppState((state) => state.recent);
  const pictures = useAppState((state) => state.pictures);
  if (recent.length === 0) return null;
  return (
    <section className="recent-slides">
      <h3>{words.recent}</h3>
      <ul className="slide-list" aria-label={words.recent}>
        {recent.map(({ key, name, address }) => (
          <li key={key}>
            <button
              type="button"
              title={address ?? words.recentFile}
              onClick={() => {
                onChosen();
                openRecent(key);
              }}
            >
              <SlidePicture picture={pictures.get(key)} />
              {name}
            </button>
            <IconButton icon="close" name={words.forget(name)} onClick={() => forgetRecent(key)} />
          </li>
        ))}
      </ul>
    </section>
  );
}
