// What stands in the side panel, from top to bottom. Loaded after the first picture of the slide.

import { LayersPanel } from './LayersPanel.tsx';
import { ModelPanel } from './ModelPanel.tsx';
import { PointPanel } from './PointPanel.tsx';
import { RegionsPanel } from './RegionsPanel.tsx';
import { RunPanel } from './RunPanel.tsx';

export function SidePanels() {
  return (
    <>
      <ModelPanel />
      <PointPanel />
      <RunPanel />
      <LayersPanel />
      <RegionsPanel />
    </>
  );
}
