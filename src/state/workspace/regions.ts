// The user's regions of the open slide: drawn, read from a file, named, coloured, taken away; each change can be undone.
// Keeps store and viewer in step, and the statistics in step with the results.

import { Failure } from '../../lib/failure.ts';
import type { Point, Rect } from '../../pyramid/geometry.ts';
import {
  type CollectionMembers,
  isLocked,
  polygonThrough,
  type Region,
  type RegionChange,
  regionColours,
} from '../../regions/region.ts';
import { extentOf } from '../../regions/shape.ts';
import { type RegionStatistics, regionStatistics } from '../../regions/statistics.ts';
import { beginHistory, type History, record, redo, undo } from '../../regions/undo.ts';
import type { DoubtLimits } from '../../results/doubt.ts';
import type { ResultView } from '../../results/result-grid.ts';
import type { ShapeTool } from '../../viewer/shape-drawing.ts';
import { type AppContext, notify } from '../app-context.ts';
import type { AppState } from '../app-state.ts';
import type { Slides } from '../slides/slides.ts';

export interface Regions {
  /** The next shape drawn with `tool` becomes a region; null stops drawing. */
  draw(tool: ShapeTool | null): void;
  /** What the viewer drew: corners in level-0 px, or null when it was given up. */
  drawn(corners: readonly Point[] | null): void;
  /** Ends the shape being drawn with the corners it has. */
  finishShape(): void;
  /** A locked region takes no change but that it is unlocked, and stays. */
  change(id: string, change: RegionChange): void;
  remove(id: string): void;
  select(id: string | null): void;
  undo(): void;
  redo(): void;
  /** @throws Failure `damaged` when the file holds no regions. */
  importFile(file: File): Promise<void>;
  /** GeoJSON for QuPath. @throws Failure `bad-argument` when there are none. */
  toBlob(): Promise<Blob>;
  /** Puts these in place of what there is, without a step to undo. `members`: of the file they came from. */
  restore(regions: readonly Region[], members?: CollectionMembers): void;
  /** The results changed: counts anew, a few times a second at most. */
  recount(): void;
  /** The results change no more: counts at once, so that the numbers are right when the run is said to be complete. */
  recountNow(): void;
}

/** What one step of undo takes back. */
interface Marked {
  readonly list: readonly Region[];
  /** Of the files read, which are written again with the regions. */
  readonly members: CollectionMembers;
}

const recountEveryMs = 400;
const nothing: Marked = { list: [], members: {} };

/** `limits`: of the model that made the cells of `grid`. */
export function createRegions(
  context: AppContext,
  slides: Slides,
  { view: grid, limits }: { view(): ResultView | null; limits(): DoubtLimits },
): Regions {
  const { store, viewer } = context;
  let history: History<Marked> = beginHistory(nothing);
  let recounting: ReturnType<typeof setTimeout> | null = null;

  const count = (): Record<string, RegionStatistics> => {
    const scale = slides.current()?.info ?? { mppX: null, mppY: null };
    const cells = grid();
    return Object.fromEntries(
      history.present.list.map(({ id, geometry }) => [id, regionStatistics(geometry, cells, scale, limits())]),
    );
  };

  const show = (selected: string | null = store.getState().regions.selected) => {
    const { list, members } = history.present;
    const known = list.some(({ id }) => id === selected) ? selected : null;
    store.setState((state) => ({
      regions: {
        ...state.regions,
        list,
        members,
        selected: known,
        statistics: count(),
        canUndo: history.past.length > 0,
        canRedo: history.future.length > 0,
      },
    }));
    viewer.setRegions(list.map((region) => ({ ...region, selected: region.id === known })));
  };

  const recountNow = () => {
    if (recounting !== null) clearTimeout(recounting);
    recounting = null;
    if (history.present.list.length === 0) return;
    store.setState((state) => ({ regions: { ...state.regions, statistics: count() } }));
  };

  const change = (next: Partial<Marked>, selected?: string | null) => {
    history = record(history, { ...history.present, ...next });
    show(selected);
  };
  const isFixed = (id: string) => history.present.list.some((region) => region.id === id && isLocked(region));

  const setTool = (tool: ShapeTool | null) => store.setState((state) => ({ regions: { ...state.regions, tool } }));

  return {
    draw(tool) {
      const current = store.getState().regions.tool;
      setTool(tool);
      if (tool !== null) viewer.viewer?.startDrawingShape(tool);
      else if (current !== null) viewer.viewer?.stopDrawingShape();
    },
    finishShape: () => viewer.viewer?.finishShape(),
    drawn(corners) {
      setTool(null);
      if (corners === null) return;
      const { list } = history.present;
      const region: Region = {
        id: crypto.randomUUID(),
        name: freshName(list),
        colour: regionColours[list.length % regionColours.length] ?? regionColours[0],
        geometry: polygonThrough(corners),
        feature: null,
      };
      change({ list: [...list, region] }, region.id);
    },
    change(id, part) {
      if (isFixed(id) && part.locked !== false) return;
      change({ list: history.present.list.map((region) => (region.id === id ? { ...region, ...part } : region)) });
    },
    remove(id) {
      if (!isFixed(id)) change({ list: history.present.list.filter((region) => region.id !== id) });
    },
    select: (id) => show(id),
    undo() {
      history = undo(history);
      show();
    },
    redo() {
      history = redo(history);
      show();
    },
    async importFile(file) {
      const slide = slides.need();
      const { parseRegions } = await import('../../regions/geojson.ts');
      const { regions: read, members } = parseRegions(await file.text());
      if (slides.current()?.handle !== slide.handle) return;
      const before = history.present;
      const taken = new Set(before.list.map(({ id }) => id));
      const fresh = read.filter(({ id }) => !taken.has(id));
      change({ list: [...before.list, ...fresh], members: { ...before.members, ...members } }, fresh[0]?.id ?? null);
      const { width, height } = slide.info;
      const outside = fresh.filter(({ geometry }) => {
        const extent = extentOf(geometry);
        return extent.x > width || extent.y > height || extent.x + extent.width < 0 || extent.y + extent.height < 0;
      });
      if (fresh.length < read.length || outside.length > 0) {
        const known = read.length - fresh.length;
        const parts = [
          `${fresh.length} regions were read.`,
          known > 0 ? `${known} were there already and stay as they are.` : '',
          outside.length > 0 ? `${outside.length} lie outside this slide: the file may belong to another one.` : '',
        ];
        notify(store, 'info', parts.filter((part) => part !== '').join(' '), 'regions');
      }
    },
    async toBlob() {
      const slide = slides.need();
      const { list, members } = history.present;
      if (list.length === 0) {
        throw new Failure('bad-argument', 'There are no regions to export. Draw one, or read a file, first.');
      }
      const { formatRegions } = await import('../../regions/geojson.ts');
      const classNames = grid()?.classNames ?? [];
      const numbers = Object.fromEntries(
        Object.entries(count()).map(([id, one]) => [id, measurementsOf(one, classNames)]),
      );
      const { name, width, height } = slide.info;
      return new Blob([formatRegions(list, { name, width, height }, numbers, members)], {
        type: 'application/geo+json',
      });
    },
    restore(list, members = {}) {
      history = beginHistory({ list, members });
      setTool(null);
      show(null);
    },
    recount() {
      if (history.present.list.length === 0 || recounting !== null) return;
      recounting = setTimeout(recountNow, recountEveryMs);
    },
    recountNow,
  };
}

/** The smallest rectangle around a region, level-0 px; null when there is no such region. */
export function regionExtent({ regions }: Pick<AppState, 'regions'>, id: string): Rect | null {
  const region = regions.list.find((one) => one.id === id);
  return region === undefined ? null : extentOf(region.geometry);
}

function measurementsOf(one: RegionStatistics, classNames: readonly string[]): Record<string, number> {
  return {
    ...(one.areaMm2 === null ? {} : { area_mm2: one.areaMm2 }),
    ...(one.cells === 0
      ? {}
      : {
          cells: one.cells,
          ...Object.fromEntries(classNames.map((name, at) => [`share_${name}`, (one.classCells[at] ?? 0) / one.cells])),
        }),
    ...(one.meanEntropy === null ? {} : { mean_entropy: one.meanEntropy }),
    ...(one.analysedMm2 === null ? {} : { analysed_mm2: one.analysedMm2 }),
    // QuPath's measurements are numbers: what is not known is left out.
    ...(one.doubt.uncertain === null ? {} : { share_uncertain: one.doubt.uncertain }),
    ...(one.doubt.unlike === null ? {} : { share_unlike_training: one.doubt.unlike }),
  };
}

/** "Region 4", the first number that is free. */
function freshName(list: readonly Region[]): string {
  const taken = new Set(list.map(({ name }) => name));
  let number = list.length + 1;
  while (taken.has(`Region ${number}`)) number += 1;
  return `Region ${number}`;
}
