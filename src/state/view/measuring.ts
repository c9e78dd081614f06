// Measuring on the slide: distances, areas, and the line of known length that a scale is told by. Takes the slide's clicks
// while a tool is chosen, shows what is drawn, keeps what is done until the slide changes.

import type { Point } from '../../pyramid/geometry.ts';
import { areaOf, formatMicrons, formatSquareMicrons, lengthOf, type PixelSize } from '../../pyramid/measure.ts';
import type { ShapeMark } from '../../viewer/slide-viewer.ts';
import type { AppContext } from '../app-context.ts';
import type { Slides } from '../slides/slides.ts';
import { type Measurement, type MeasureState, type MeasureTool, nothingMeasured } from './measure-state.ts';

export interface Measuring {
  /** True when a tool took the click (level-0 px). */
  click(at: Point): boolean;
  /** Where the pointer is, for the line that follows it; null when it is not over the slide. */
  pointer(at: Point | null): void;
  start(tool: MeasureTool): void;
  /** Closes the outline that is being drawn. */
  finish(): void;
  /** Takes the last corner back. */
  undo(): void;
  /** Gives up what is being drawn; then, or `atOnce`, the tool. */
  stop(atOnce?: boolean): void;
  remove(id: number): void;
  forgetKnownLine(): void;
  clear(): void;
  /** The scale changed: the numbers are written anew. */
  refresh(): void;
}

/** A click this near to a corner means that corner, CSS px. */
const NEAR_CSS_PX = 8;

export function createMeasuring({ store, viewer }: AppContext, slides: Slides): Measuring {
  let nextId = 1;
  let pointer: Point | null = null;

  const state = () => store.getState().measure;
  const near = (one: Point | undefined, other: Point) => {
    const reach = NEAR_CSS_PX * (viewer.viewer?.level0PerCssPx() ?? 0);
    return one !== undefined && Math.hypot(one.x - other.x, one.y - other.y) <= reach;
  };

  const show = () => {
    const { tool, corners, done, knownLine } = state();
    const slide = slides.current();
    const size = slide === null ? null : pixelSizeOf(slide.info);
    const marks = done.map((measurement) => markOf(measurement.kind, measurement.points, size));
    if (knownLine !== null) marks.push({ points: knownLine, closed: false, label: '' });
    if (tool !== null && corners.length > 0) {
      const view = viewer.view();
      const next = pointer ?? (view === null ? null : { x: view.x, y: view.y });
      const points = next === null ? corners : [...corners, next];
      marks.push(markOf(tool === 'area' && points.length > 2 ? 'area' : 'distance', points, size));
    }
    viewer.setShapes(marks);
  };

  const set = (change: Partial<MeasureState>) => {
    store.setState({ measure: { ...state(), ...change } });
    show();
  };

  const measuring: Measuring = {
    click(at) {
      const { tool, corners } = state();
      if (tool === null) return false;
      const last = corners.at(-1);
      if (tool === 'area') {
        if (corners.length > 2 && (near(corners[0], at) || near(last, at))) measuring.finish();
        else if (!near(last, at)) set({ corners: [...corners, at] });
      } else if (last === undefined) {
        set({ corners: [at] });
      } else if (!near(last, at)) {
        if (tool === 'calibration') {
          set({ tool: null, corners: [] });
          // The dialog that this opens must not take the end of this click for one beside it, and close.
          setTimeout(() => set({ knownLine: [last, at] }));
        } else {
          set({ corners: [], done: [...state().done, { id: nextId++, kind: 'distance', points: [last, at] }] });
        }
      }
      return true;
    },
    pointer(at) {
      pointer = at;
      if (state().tool !== null) show();
    },
    start(tool) {
      set({ tool, corners: [], knownLine: null });
    },
    finish() {
      const { tool, corners, done } = state();
      if (tool !== 'area' || corners.length < 3) return;
      set({ corners: [], done: [...done, { id: nextId++, kind: 'area', points: corners }] });
    },
    undo() {
      set({ corners: state().corners.slice(0, -1) });
    },
    stop(atOnce = false) {
      if (state().corners.length > 0 && !atOnce) set({ corners: [] });
      else set({ tool: null, corners: [] });
    },
    remove(id) {
      set({ done: state().done.filter((measurement) => measurement.id !== id) });
    },
    forgetKnownLine() {
      if (state().knownLine !== null) set({ knownLine: null });
    },
    clear() {
      set(nothingMeasured);
    },
    refresh: show,
  };
  return measuring;
}

/** um per level-0 px; null when not known. */
export function pixelSizeOf({ mppX, mppY }: { mppX: number | null; mppY: number | null }): PixelSize | null {
  return mppX === null || mppY === null ? null : { mppX, mppY };
}

/** "124 µm", "0.21 mm²"; in pixels where the scale is not known. */
export function measuredText(kind: Measurement['kind'], points: readonly Point[], size: PixelSize | null): string {
  const pixels = { mppX: 1, mppY: 1 };
  if (kind === 'distance') {
    return size === null ? `${Math.round(lengthOf(points, pixels))} px` : formatMicrons(lengthOf(points, size));
  }
  return size === null ? `${Math.round(areaOf(points, pixels))} px²` : formatSquareMicrons(areaOf(points, size));
}

function markOf(kind: Measurement['kind'], points: readonly Point[], size: PixelSize | null): ShapeMark {
  return { points, closed: kind === 'area', label: measuredText(kind, points, size) };
}
