// The slide's place on the page, with what lies over it: controls, legend, crosshair, welcome. The viewer itself is
// mounted by an action; this component only gives it an element and handles the keys that are not about moving.

import { type KeyboardEvent, lazy, Suspense, useEffect, useState } from 'react';
import { useActions, useAppState, useDialog, useViewerPlace } from '../app-context.tsx';
import { Welcome } from '../help/Welcome.tsx';
import { Notices } from '../Notices.tsx';
import { shownSlide } from '../selectors.ts';
import { strings } from '../strings/strings.ts';

const ViewTools = lazy(async () => ({ default: (await import('./ViewTools.tsx')).ViewTools }));

export function ViewerPane() {
  const place = useViewerPlace();
  const { mountViewer, toggleLayer, setDrawingRegion, stopMeasuring, undoMeasuring, undoRegions, redoRegions } =
    useActions();
  const { showDialog } = useDialog();
  const [crosshair, setCrosshair] = useState(false);
  const furnished = useAppState((state) => state.furnished);
  const slideOpen = useAppState((state) => shownSlide(state) !== null);
  const drawing = useAppState((state) => state.drawingRegion);
  const measuring = useAppState((state) => state.measure.tool !== null);
  const drawingShape = useAppState((state) => state.regions.tool !== null);

  useEffect(() => (place.current === null ? undefined : mountViewer(place.current)), [mountViewer, place]);

  const onKeyDown = (event: KeyboardEvent) => {
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && key === 'z') {
      event.preventDefault();
      (event.shiftKey ? redoRegions : undoRegions)();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || !slideOpen) return;
    if (key === 'l') toggleLayer();
    else if (key === 'c') setCrosshair((shown) => !shown);
    else if (key === '?') showDialog('help');
    else if (key === 'escape' && drawing) setDrawingRegion(false);
    else if (key === 'escape' && measuring) stopMeasuring();
    else if (key === 'backspace' && measuring) undoMeasuring();
    else return;
    event.preventDefault();
  };

  const comparing = useAppState((state) => state.compare.status !== 'none');

  return (
    <main
      data-compare={comparing || undefined}
      className="viewer-pane"
      aria-label={strings.viewer}
      data-drawing={drawing || measuring || drawingShape || undefined}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the viewer inside is the element that takes the focus */}
      <div
        className="viewer-place"
        ref={place}
        onKeyDown={onKeyDown}
        inert={!slideOpen}
        data-crosshair={crosshair || drawingShape || undefined}
      />
      {!slideOpen && <Welcome />}
      {slideOpen && furnished && (
        <Suspense>
          <ViewTools crosshair={crosshair} onCrosshair={setCrosshair} />
        </Suspense>
      )}
      <OpeningBar />
      <Notices />
    </main>
  );
}

/** A thin line while a slide opens beside the one that is open. */
function OpeningBar() {
  const name = useAppState(({ slide }) => (slide.status === 'opening' && slide.previous !== null ? slide.name : null));
  const previous = useAppState((state) => shownSlide(state)?.info.name ?? '');
  if (name === null) return null;
  const text = strings.slide.openingBeside(name, previous);
  return (
    <div className="opening-bar">
      <progress aria-label={text} />
      <p>{text}</p>
    </div>
  );
}
