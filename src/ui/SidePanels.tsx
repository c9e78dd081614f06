// What stands in the side panel, from top to bottom. Loaded after the first picture of the slide.

import { lazy, Suspense } from 'react';
import { useAppState } from './app-context.tsx';
import { LayersPanel } from './layers/LayersPanel.tsx';
import { ModelPanel } from './models/ModelPanel.tsx';
import { PointPanel } from './point/PointPanel.tsx';
import { RegionsPanel } from './regions/RegionsPanel.tsx';
import { RunPanel } from './run/RunPanel.tsx';

const PointHistory = lazy(async () => ({ default: (await import('./point/PointHistory.tsx')).PointHistory }));

export function SidePanels() {
  const hasHistory = useAppState((state) => state.history.length > 0);
  return (
    <>
      <ModelPanel />
      <PointPanel />
      {hasHistory && (
        <Suspense>
          <PointHistory />
        </Suspense>
      )}
      <RunPanel />
      <LayersPanel />
      <RegionsPanel />
    </>
  );
}
