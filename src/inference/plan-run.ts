// Plans a run: the grid of cells over the region, which of them hold tissue, and whether they share what is encoded. Reads one thumbnail;
// the rest is arithmetic.

import type { PixelsClient } from '../crops/pixels-port.ts';
import type { LoadedModel } from '../model/loaded-model.ts';
import { cellGrid, cellSizeOf } from '../pyramid/cell-grid.ts';
import { requireMpp } from '../pyramid/levels.ts';
import { type TissueMask, tissueCells, tissueMask, tissueRule } from '../tissue/tissue-mask.ts';
import type { ExactWork } from './exact-run.ts';
import type { RunMode, RunPlan, RunRequest } from './inference.contract.ts';
import { keptOf } from './kept-cells.ts';
import { Lattice } from './lattice.ts';
import { type RunGeometry, sharedBlockCells, sharedSteps } from './run-geometry.ts';
import { checkSlideFits } from './slide-fit.ts';

/** Longer side of the picture that tissue is looked for in. */
const thumbnailPx = 2048;
/** Cells a side of a shared block: larger ones share more, smaller ones show sooner. */
const mostBlockCells = 24;
/** Feature cells a side of a region on the processor: larger ones spend less on their borders, but outgrow its caches. */
const regionCells = 40;

/** How the cells of a run are worked off: each alone, or by regions that cells share. */
export type RunWork =
  | ({ readonly kind: 'exact' } & ExactWork)
  | { readonly kind: 'lattice'; readonly lattice: Lattice };

export interface PlannedRun {
  readonly plan: RunPlan;
  readonly work: RunWork;
}

/** The tissue of the slide that was looked at last: a second run over it need not look again. */
export class TissueMasks {
  #last: { handle: number; mask: TissueMask } | null = null;

  /** @throws Failure `tile-unavailable`; an AbortError. */
  async of(handle: number, pixels: PixelsClient, signal: AbortSignal): Promise<TissueMask> {
    if (this.#last?.handle === handle) return this.#last.mask;
    const thumbnail = await pixels.call('thumbnail', { handle, longestSidePx: thumbnailPx }, { signal });
    const mask = tissueMask(thumbnail);
    this.#last = { handle, mask };
    return mask;
  }
}

/** @throws Failure `mpp-unknown`, `spacing-too-fine`, `outside-slide`, `bad-argument`, `tile-unavailable`; an AbortError. */
export async function planRun(
  model: LoadedModel,
  pixels: PixelsClient,
  masks: TissueMasks,
  { slide, region, mode, step, kept: given }: RunRequest,
  signal: AbortSignal,
): Promise<PlannedRun> {
  const { manifest, runtime, details } = model;
  const { description, handle } = slide;
  checkSlideFits(description, manifest);
  const { mpp, mppX, mppY } = requireMpp(description);
  const [finest = mpp] = manifest.spacings;
  const grid = cellGrid(description, cellSizeOf(manifest.patchSizePx, finest, mpp, step), region);
  const tissue = tissueCells(await masks.of(handle, pixels, signal), grid);
  const cells: number[] = [];
  for (let cell = 0; cell < tissue.length; cell++) if (tissue[cell] === 1) cells.push(cell);
  const geometry: RunGeometry = {
    grid,
    mppX,
    mppY,
    spacings: manifest.spacings,
    patchSizePx: manifest.patchSizePx,
    contextPx: runtime.contextPx,
    featureStridePx: runtime.featureStridePx,
    padding: manifest.padding,
  };
  const shared =
    mode === 'shared' && runtime.gathers
      ? sharing(geometry, step === 'half' ? 0.5 : 1, Math.min(runtime.maxRasterPx, model.blockRasterPx))
      : null;
  const doneMode: RunMode = shared === null ? 'exact' : 'shared';
  return {
    plan: {
      region: grid.region,
      cellSize: grid.cellSize,
      columns: grid.columns,
      rows: grid.rows,
      tissue,
      tissueRule,
      total: cells.length,
      kept: keptOf(given, { grid, tissue, mode: doneMode, modelSha256: model.sha256 }),
      mode: doneMode,
      model: {
        id: details.id,
        version: details.version,
        sha256: model.sha256,
        weights: `${manifest.title} ${manifest.version}`,
        temperature: manifest.calibration.temperature,
        backend: runtime.backend,
      },
    },
    work: workOf(),
  };

  function workOf(): RunWork {
    if (shared === null) return { kind: 'exact', geometry, cells };
    const { steps, side } = shared;
    const fixed = runtime.prefersFixedSizes;
    const blockCells = side * (steps[0] ?? 1);
    const mostCells = fixed ? blockCells : Math.min(regionCells, blockCells);
    return { kind: 'lattice', lattice: new Lattice(geometry, cells, steps, { mostCells, fixed }) };
  }
}

/** Null where no two cells can share features: then each is read and encoded alone. */
function sharing(geometry: RunGeometry, cellsPerPatch: number, maxRasterPx: number) {
  const steps = sharedSteps(geometry, geometry.patchSizePx * cellsPerPatch);
  if (steps === null) return null;
  const side = sharedBlockCells(geometry, steps, mostBlockCells, maxRasterPx);
  return side < 2 ? null : { steps, side };
}
