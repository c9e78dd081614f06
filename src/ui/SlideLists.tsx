// The slides one can open with a click: the server's list, and those opened before from elsewhere, with their pictures.

import { useEffect } from 'react';
import { useActions, useAppState } from './app-context.tsx';
import { IconButton } from './IconButton.tsx';
import { SlidePicture } from './SlidePicture.tsx';
import { shownSlide } from './selectors.ts';
import { strings } from './strings.ts';

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
      <RecentSlides onChosen={onChosen} />
    </>
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
