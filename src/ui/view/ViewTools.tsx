// What lies over an open slide: controls, lenses, readouts, legend, the second view. Loaded after its first picture.

import '../styles/over-slide.css';
import { lazy, Suspense } from 'react';
import { useTour } from '../app-context.tsx';
import { Legend } from '../layers/Legend.tsx';
import { DrawingHint } from '../regions/DrawingHint.tsx';
import { ComparePane } from './ComparePane.tsx';
import { Loupe, OverviewCorner } from './Lenses.tsx';
import { MeasureHint } from './MeasureMenu.tsx';
import { PositionReadout } from './PositionReadout.tsx';
import { ViewControls } from './ViewControls.tsx';

const Tour = lazy(async () => ({ default: (await import('../help/Tour.tsx')).Tour }));

interface ViewToolsProps {
  readonly crosshair: boolean;
  readonly onCrosshair: (shown: boolean) => void;
}

export function ViewTools({ crosshair, onCrosshair }: ViewToolsProps) {
  const { isTouring, setTouring } = useTour();
  return (
    <>
      <div className="over-slide">
        <div className="view-top">
          <ViewControls crosshair={crosshair} onCrosshair={onCrosshair} />
          <OverviewCorner />
        </div>
        <div className="slide-foot">
          <PositionReadout />
          <Legend />
        </div>
      </div>
      <Loupe />
      <ComparePane />
      <MeasureHint />
      <DrawingHint />
      {isTouring && (
        <Suspense>
          <Tour onEnd={() => setTouring(false)} />
        </Suspense>
      )}
    </>
  );
}
