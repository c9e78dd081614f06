// The bar above the slide: which slide, what can be taken away, help, and the side panel's switch.

import { lazy, Suspense, useState } from 'react';
import { useActions, useAppState, useDialog } from './app-context.tsx';
import { wasTourSeen } from './help/tour-seen.ts';
import { useStartTour } from './help/use-start-tour.ts';
import { Icon, Mark } from './parts/Icon.tsx';
import { revealFocused } from './parts/reveal-focused.ts';
import { shownSlide } from './selectors.ts';
import { strings } from './strings/strings.ts';

const ExportMenu = lazy(async () => ({ default: (await import('./exports/ExportMenu.tsx')).ExportMenu }));
const SlideProperties = lazy(async () => ({ default: (await import('./slide/SlideProperties.tsx')).SlideProperties }));

interface TopBarProps {
  readonly panelId: string;
  readonly panelShown: boolean;
  readonly onPanel: (shown: boolean) => void;
}

export function TopBar({ panelId, panelShown, onPanel }: TopBarProps) {
  const { showDialog } = useDialog();
  const startTour = useStartTour();
  const [offersTour, setOffersTour] = useState(() => !wasTourSeen());
  const slide = useAppState(shownSlide);
  const furnished = useAppState((state) => state.furnished);
  const { refreshStored, showCohort } = useActions();
  const showPrivacy = () => {
    refreshStored();
    showDialog('privacy');
  };
  const hasCohort = useAppState((state) => state.cohort !== null);
  const hasWelcome = useAppState((state) => state.slide.status === 'none');
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only scrolls to what took the focus in it
    <header className="top-bar" onFocus={revealFocused}>
      <h1>
        <Mark />
        {strings.appName}
      </h1>
      {/* The welcome card has the same fields: they are on the page once. */}
      {!hasWelcome && (
        <button type="button" onClick={() => showDialog('slide')}>
          {strings.slide.open}
        </button>
      )}
      {hasCohort && (
        <button type="button" onClick={() => showCohort(true)}>
          {strings.bar.cohort}
        </button>
      )}
      {slide !== null && furnished && (
        <Suspense>
          <SlideProperties slide={slide} />
        </Suspense>
      )}
      <p className="research">{strings.researchUseOnly}</p>
      {furnished && (
        <Suspense>
          <ExportMenu />
        </Suspense>
      )}
      <button type="button" className="quiet" onClick={() => showDialog('work')}>
        {strings.bar.work}
      </button>
      <button type="button" className="quiet" onClick={showPrivacy}>
        {strings.bar.privacy}
      </button>
      {offersTour && (
        <button
          type="button"
          onClick={() => {
            setOffersTour(false);
            startTour();
          }}
        >
          {strings.bar.tour}
        </button>
      )}
      <button type="button" className="quiet" onClick={() => showDialog('help')}>
        {strings.bar.help}
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={strings.panel.toggle}
        title={strings.panel.toggle}
        aria-expanded={panelShown}
        aria-controls={panelId}
        onClick={() => onPanel(!panelShown)}
      >
        <Icon name="panel" />
      </button>
    </header>
  );
}
