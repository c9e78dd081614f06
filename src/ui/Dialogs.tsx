// The dialog that is open, if any: one at a time, each loaded when it is first asked for.

import { lazy, Suspense } from 'react';
import { type DialogName, useAppState, useDialog } from './app-context.tsx';

const dialogs = {
  slide: lazy(async () => ({ default: (await import('./slide/SlideDialog.tsx')).SlideDialog })),
  scale: lazy(async () => ({ default: (await import('./slide/ScaleDialog.tsx')).ScaleDialog })),
  explain: lazy(async () => ({ default: (await import('./help/ExplainDialog.tsx')).ExplainDialog })),
  help: lazy(async () => ({ default: (await import('./help/HelpDialog.tsx')).HelpDialog })),
  privacy: lazy(async () => ({ default: (await import('./workspace/PrivacyDialog.tsx')).PrivacyDialog })),
  work: lazy(async () => ({ default: (await import('./workspace/WorkDialog.tsx')).WorkDialog })),
  picture: lazy(async () => ({ default: (await import('./exports/PictureDialog.tsx')).PictureDialog })),
  models: lazy(async () => ({ default: (await import('./models/ModelsDialog.tsx')).ModelsDialog })),
  cohort: lazy(async () => ({ default: (await import('./cohort/CohortDialog.tsx')).CohortDialog })),
  host: lazy(async () => ({ default: (await import('./slide/HostDialog.tsx')).HostDialog })),
  report: lazy(async () => ({ default: (await import('./exports/ReportDialog.tsx')).ReportDialog })),
} as const;

export function Dialogs() {
  const name = useOpenDialog();
  if (name === null) return null;
  const Shown = dialogs[name];
  return (
    // One boundary a dialog: in a common one the dialog before would be hidden, and so closed, while the next one loads.
    <Suspense key={name}>
      <Shown />
    </Suspense>
  );
}

/** What the app asks comes before what the user asked for. */
function useOpenDialog(): keyof typeof dialogs | null {
  const { dialog } = useDialog();
  const cohortShown = useAppState((state) => state.cohort?.shown === true);
  const asksForHost = useAppState((state) => state.hostRequest !== null);
  const reportShown = useAppState((state) => state.report !== null);
  // A line that was drawn to tell the scale by brings the question back.
  const lineDrawn = useAppState((state) => state.measure.knownLine !== null);
  if (cohortShown) return 'cohort';
  if (asksForHost) return 'host';
  if (reportShown) return 'report';
  return lineDrawn ? ('scale' satisfies DialogName) : dialog;
}
