// The whole interface: bar, slide, side panel, dialogs. Shows the store and calls the actions; decides nothing itself.

import './styles/tokens.css';
import './styles/controls.css';
import './styles/overlays.css';
import './styles/shell.css';
import './styles/viewer.css';
import './styles/welcome.css';
import './styles/panels.css';
import './styles/point.css';
import { lazy, Suspense, useId, useState } from 'react';
import type { App as AppModel } from '../state/app-actions.ts';
import { AppProvider, useActions, useAppState } from './app-context.tsx';
import { Dialogs } from './Dialogs.tsx';
import { ScaleBanner } from './slide/ScaleBanner.tsx';
import { useFileDrop } from './slide/use-file-drop.ts';
import { strings } from './strings/strings.ts';
import { TopBar } from './TopBar.tsx';
import { ViewerPane } from './view/ViewerPane.tsx';

const StatusLine = lazy(async () => ({ default: (await import('./view/StatusLine.tsx')).StatusLine }));
const SidePanels = lazy(async () => ({ default: (await import('./SidePanels.tsx')).SidePanels }));

export function App({ app }: { readonly app: AppModel }) {
  return (
    <AppProvider app={app}>
      <Shell />
    </AppProvider>
  );
}

function Shell() {
  const { openSlide } = useActions();
  const panelId = useId();
  const [panelShown, setPanelShown] = useState(true);
  const furnished = useAppState((state) => state.furnished);
  const { isOver, handlers } = useFileDrop(openSlide);
  return (
    <div className="app" {...handlers}>
      <TopBar panelId={panelId} panelShown={panelShown} onPanel={setPanelShown} />
      <ScaleBanner />
      <div className="workspace">
        <ViewerPane />
        <aside id={panelId} className="side-panel" aria-label={strings.panel.label} hidden={!panelShown}>
          {furnished && (
            <Suspense>
              <SidePanels />
            </Suspense>
          )}
        </aside>
      </div>
      {furnished && (
        <Suspense>
          <StatusLine />
        </Suspense>
      )}
      <Dialogs />
      {isOver && (
        <div className="drop-target" aria-hidden="true">
          <p>{strings.slide.dropNow}</p>
        </div>
      )}
    </div>
  );
}
