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
import type { App as AppModel } from '../state/app-state.ts';
import { AppProvider, useActions, useAppState, useDialog } from './app-context.tsx';
import { ScaleBanner } from './ScaleBanner.tsx';
import { StatusLine } from './StatusLine.tsx';
import { strings } from './strings.ts';
import { TopBar } from './TopBar.tsx';
import { useFileDrop } from './use-file-drop.ts';
import { ViewerPane } from './ViewerPane.tsx';

const SidePanels = lazy(async () => ({ default: (await import('./SidePanels.tsx')).SidePanels }));
const SlideDialog = lazy(async () => ({ default: (await import('./SlideDialog.tsx')).SlideDialog }));
const PrivacyDialog = lazy(async () => ({ default: (await import('./PrivacyDialog.tsx')).PrivacyDialog }));
const HostDialog = lazy(async () => ({ default: (await import('./HostDialog.tsx')).HostDialog }));
const CohortDialog = lazy(async () => ({ default: (await import('./CohortDialog.tsx')).CohortDialog }));
const ScaleDialog = lazy(async () => ({ default: (await import('./ScaleDialog.tsx')).ScaleDialog }));
const WorkDialog = lazy(async () => ({ default: (await import('./WorkDialog.tsx')).WorkDialog }));
const PictureDialog = lazy(async () => ({ default: (await import('./PictureDialog.tsx')).PictureDialog }));
const ReportDialog = lazy(async () => ({ default: (await import('./ReportDialog.tsx')).ReportDialog }));
const HelpDialog = lazy(async () => ({ default: (await import('./HelpDialog.tsx')).HelpDialog }));

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
      <StatusLine />
      <Dialogs />
      {isOver && (
        <div className="drop-target" aria-hidden="true">
          <p>{strings.slide.dropNow}</p>
        </div>
      )}
    </div>
  );
}

function Dialogs() {
  const { dialog } = useDialog();
  const reportShown = useAppState((state) => state.report !== null);
  const asksForHost = useAppState((state) => state.hostRequest !== null);
  // A line that was drawn to tell the scale by brings the question back.
  const lineDrawn = useAppState((state) => state.measure.knownLine !== null);
  const cohortShown = useAppState((state) => state.cohort?.shown === true);
  if (cohortShown) {
    return (
      <Suspense>
        <CohortDialog />
      </Suspense>
    );
  }
  if (asksForHost) {
    return (
      <Suspense>
        <HostDialog />
      </Suspense>
    );
  }
  if (dialog === 'privacy') {
    return (
      <Suspense>
        <PrivacyDialog />
      </Suspense>
    );
  }
  if (dialog === 'scale' || lineDrawn) {
    return (
      <Suspense>
        <ScaleDialog />
      </Suspense>
    );
  }
  if (reportShown) {
    return (
      <Suspense>
        <ReportDialog />
      </Suspense>
    );
  }
  if (dialog === 'picture') {
    return (
      <Suspense>
        <PictureDialog />
      </Suspense>
    );
  }
  if (dialog === 'work') {
    return (
      <Suspense>
        <WorkDialog />
      </Suspense>
    );
  }
  if (dialog === 'help') {
    return (
      <Suspense>
        <HelpDialog />
      </Suspense>
    );
  }
  if (dialog === 'slide') {
    return (
      <Suspense>
        <SlideDialog />
      </Suspense>
    );
  }
  return null;
}
