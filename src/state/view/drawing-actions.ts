// The tools that take the pointer over the slide (the run's rectangle, regions, measuring): choosing one puts the others down.

import type { Rect } from '../../pyramid/geometry.ts';
import { wholePixelsOn } from '../../viewer/view-transform.ts';
import type { AppActions } from '../app-actions.ts';
import type { AppContext } from '../app-context.ts';
import type { Slides } from '../slides/slides.ts';
import type { Regions } from '../workspace/regions.ts';
import type { Measuring } from './measuring.ts';

export type DrawingActions = Pick<
  AppActions,
  'setDrawingRegion' | 'setRegion' | 'startMeasuring' | 'setRegionToView' | 'drawRegion'
>;

export function createDrawingActions(
  { store, viewer }: AppContext,
  parts: { readonly slides: Slides; readonly regions: Regions; readonly measuring: Measuring },
): DrawingActions {
  const { slides, regions, measuring } = parts;
  const setDrawingRegion = (drawing: boolean) => {
    if (drawing) regions.draw(null);
    store.setState({ drawingRegion: drawing });
    if (drawing && store.getState().measure.tool !== null) measuring.stop(true);
    if (drawing) viewer.viewer?.startDrawingRegion();
    else viewer.viewer?.stopDrawingRegion();
  };
  const setRegion = (region: Rect | null) => {
    store.setState({ region });
    viewer.setRegion(region);
  };
  return {
    setDrawingRegion,
    setRegion,
    startMeasuring(tool) {
      regions.draw(null);
      setDrawingRegion(false);
      measuring.start(tool);
    },
    setRegionToView() {
      const slide = slides.current();
      const visible = viewer.visibleRect();
      if (slide !== null && visible !== null) setRegion(wholePixelsOn(slide.info, visible));
    },
    drawRegion(tool) {
      if (tool !== null) setDrawingRegion(false);
      if (tool !== null && store.getState().measure.tool !== null) measuring.stop(true);
      regions.draw(tool);
    },
  };
}
