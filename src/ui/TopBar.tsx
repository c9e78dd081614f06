// The bar above the slide: which slide, what can be taken away, help, and the side panel's switch.

import { useActions, useAppState, useDialog } from './app-context.tsx';
import { ExportMenu } from './ExportMenu.tsx';
import { Icon, Mark } from './Icon.tsx';
import { SlideProperties } from './SlideProperties.tsx';
import { shownSlide } from './selectors.ts';
import { strings } from './strings.ts';

interface TopBarProps {
  readonly panelId: string;
  readonly panelShown: boolean;
  readonly onPanel: (shown: boolean) => void;
}

export function TopBar({ panelId, panelShown, onPanel }: TopBarProps) {
  const { showDialog } = useDialog();
  const slide = useAppState(shownSlide);
  const { refreshStored, showCohort } = useActions();
  const showPrivacy = () => {
    refreshStored();
    showDialog('privacy');
  };
  const hasCohort = useAppState((state) => state.cohort !== null);
  const hasWelcome = useAppState((state) => state.slide.status === 'none');
  return (
    <header className="top-bar">
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
          {strings.cohort.button}
        </button>
      )}
      {slide !== null && <SlideProperties slide={slide} />}
      <p className="research">{strings.researchUseOnly}</p>
      <ExportMenu />
      <button type="button" className="quiet" onClick={() => showDialog('work')}>
        {strings.work.button}
      </button>
      <button type="button" className="quiet" onClick={showPrivacy}>
        {strings.stored.button}
      </button>
      <button type="button" className="quiet" onClick={() => showDialog('help')}>
        {strings.help.button}
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
