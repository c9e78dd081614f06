// How the features of a run are cut into regions: at each magnification the feature cells that some patch needs, covered
// once by rectangles as cheap as can be found, or all of one size. Pure. A region that can't be read is cut into smaller ones, until only the
// patches concerned are left.

import type { FieldRequest } from '../crops/pixels.contract.ts';
import { leastWindows } from '../model/batch-sizes.ts';
import type { FeatureRegion, PatchLattice } from '../model/model-runtime.ts';
import { cellAt, cellCentre } from '../pyramid/cell-grid.ts';
import type { Point, Rect } from '../pyramid/geometry.ts';
import { alike, type Box, carved, doubled, evenParts, halves, tightBox } from './boxes.ts';
import type { RunGeometry } from './run-geometry.ts';

export interface LatticeRegion extends FeatureRegion {
  readonly id: number;
}

/** What starting an encoder costs, in feature cells: keeps regions from falling to pieces. */
const callCells = 40;
/** The same on a graphics device, which every call keeps waiting. */
const deviceCallCells = 900;

/** One magnification, counted in granules: squares of feature cells on which every window begins and ends. */
interface Layer {
  /** Feature cells a side of a granule. */
  readonly granule: number;
  readonly columns: number;
  readonly rows: number;
  /** Region of each granule, -1 where none is needed. */
  readonly owner: Int32Array;
}

export interface RegionSize {
  /** Feature cells a side that a region may have. */
  readonly mostCells: number;
  /**
   * All regions of a magnification are squares of one of few sizes, for devices that compile programs for every size: some
   * of them then reach beyond what is needed.
   */
  readonly fixed: boolean;
}

export class Lattice {
  readonly #geometry: RunGeometry;
  readonly #steps: readonly number[];
  readonly #windowCells: number;
  readonly #fixed: boolean;
  readonly #layers: readonly Layer[];
  readonly #regions: LatticeRegion[] = [];
  readonly #wanted: Uint8Array;

  /** `cells`: numbers of the run's cells. */
  constructor(
    geometry: RunGeometry,
    cells: readonly number[],
    steps: readonly number[],
    { mostCells, fixed }: RegionSize,
  ) {
    this.#fixed = fixed;
    this.#geometry = geometry;
    this.#steps = steps;
    this.#windowCells = geometry.patchSizePx / geometry.featureStridePx;
    this.#wanted = new Uint8Array(geometry.grid.columns * geometry.grid.rows);
    for (const cell of cells) this.#wanted[cell] = 1;
    this.#layers = steps.map((step) => this.#layerOf(step));
    for (const magnification of steps.keys()) this.#cover(magnification, cells, mostCells);
  }

  /** Every region there is, those that were cut up among them. */
  get regions(): readonly LatticeRegion[] {
    return this.#regions;
  }

  get magnifications(): number {
    return this.#steps.length;
  }

  /** What the cells are to the runtime. */
  get patches(): Pick<PatchLattice, 'columns' | 'rows' | 'steps'> {
    const { columns, rows } = this.#geometry.grid;
    return { columns, rows, steps: this.#steps };
  }

  wants(cell: number): boolean {
    return this.#wanted[cell] === 1;
  }

  /** The regions that hold the cell's window at a magnification. */
  regionsOf(cell: number, magnification: number): LatticeRegion[] {
    const layer = this.#layers[magnification];
    if (layer === undefined) return [];
    const box = this.#windowOf(cell, magnification);
    const found = new Set<number>();
    for (let row = box.top; row < box.bottom; row++) {
      for (let column = box.left; column < box.right; column++)
        found.add(layer.owner[row * layer.columns + column] ?? -1);
    }
    return [...found].map((id) => this.#regions[id]).filter((region) => region !== undefined);
  }

  /** The regions that hold the cell's windows at all magnifications, finest first. */
  regionsOver(cell: number): LatticeRegion[] {
    return this.#steps.flatMap((_, magnification) => this.regionsOf(cell, magnification));
  }

  /** The run's cells whose windows have cells in the region. */
  cellsOver({ magnification, column, row, columns, rows }: LatticeRegion): number[] {
    const { grid } = this.#geometry;
    const step = this.#steps[magnification] ?? 1;
    const along = (from: number, length: number, limit: number) => ({
      first: Math.max(0, Math.ceil((from - this.#windowCells + 1) / step)),
      last: Math.min(limit - 1, Math.floor((from + length - 1) / step)),
    });
    const across = along(column, columns, grid.columns);
    const down = along(row, rows, grid.rows);
    const cells: number[] = [];
    for (let r = down.first; r <= down.last; r++) {
      for (let c = across.first; c <= across.last; c++) {
        if (this.#wanted[r * grid.columns + c] === 1) cells.push(r * grid.columns + c);
      }
    }
    return cells;
  }

  /** Puts smaller regions in the place of this one; none when it can't be cut. */
  split(region: LatticeRegion): LatticeRegion[] {
    const layer = this.#layers[region.magnification];
    if (layer === undefined) return [];
    // Nobody needs what lies beyond the lattice.
    const box = withinLayer(boxOf(region, layer.granule), layer);
    const wide = box.right - box.left >= box.bottom - box.top;
    if ((wide ? box.right - box.left : box.bottom - box.top) < 2) return [];
    const middle = Math.floor(wide ? (box.left + box.right) / 2 : (box.top + box.bottom) / 2);
    return halves(box, wide, middle).map((half) => this.#own(region.magnification, half));
  }

  /**
   * Puts smaller regions in the place of this one, so that the cell's window (what the region has of it) lies in one of about
   * `sideCells` feature cells a side: that one is the first. None when the region is hardly larger, or is
   * to have the size of all others.
   */
  carve(region: LatticeRegion, cell: number, sideCells: number): LatticeRegion[] {
    const layer = this.#layers[region.magnification];
    if (layer === undefined || this.#fixed) return [];
    const whole = boxOf(region, layer.granule);
    const window = this.#windowOf(cell, region.magnification);
    const side = Math.ceil(sideCells / layer.granule);
    const across = carved(whole.left, whole.right, window.left, window.right, side);
    const down = carved(whole.top, whole.bottom, window.top, window.bottom, side);
    const core = { left: across.from, top: down.from, right: across.to, bottom: down.to };
    const band = { ...core, left: whole.left, right: whole.right };
    const rest = [
      { ...whole, bottom: core.top },
      { ...band, right: core.left },
      { ...band, left: core.right },
      { ...whole, top: core.bottom },
    ].filter(({ left, top, right, bottom }) => right > left && bottom > top);
    return rest.length === 0 ? [] : [core, ...rest].map((box) => this.#own(region.magnification, box));
  }

  /** Level-0 px. */
  centreOf(cell: number): Point {
    const { grid } = this.#geometry;
    const { column, row } = cellAt(grid, cell);
    return cellCentre(grid, column, row);
  }

  /** Level-0 px that a region covers, without its context. */
  rectOf({ magnification, column, row, columns, rows }: LatticeRegion): Rect {
    const { grid, spacings, mppX, mppY, patchSizePx, featureStridePx } = this.#geometry;
    const centre = cellCentre(grid, 0, 0);
    const spacing = spacings[magnification] ?? 1;
    const [cellX, cellY] = [(featureStridePx * spacing) / mppX, (featureStridePx * spacing) / mppY];
    const half = patchSizePx / featureStridePx / 2;
    return {
      x: centre.x + (column - half) * cellX,
      y: centre.y + (row - half) * cellY,
      width: columns * cellX,
      height: rows * cellY,
    };
  }

  /** The raster of a region with its context. */
  fieldOf({ magnification, column, row, columns, rows }: LatticeRegion): FieldRequest {
    const { grid, spacings, mppX, mppY, patchSizePx, contextPx, featureStridePx, padding } = this.#geometry;
    const spacing = spacings[magnification] ?? 1;
    const step = this.#steps[magnification] ?? 1;
    // Counted from a cell nearby, not from the grid's corner: pixels that are not quite square then do not add up.
    const near = { column: Math.floor(column / step), row: Math.floor(row / step) };
    const centre = cellCentre(grid, near.column, near.row);
    const before = (patchSizePx / 2 + contextPx) * spacing;
    const beyond = featureStridePx * spacing;
    return {
      origin: {
        x: centre.x + ((column - near.column * step) * beyond - before) / mppX,
        y: centre.y + ((row - near.row * step) * beyond - before) / mppY,
      },
      spacing,
      width: columns * featureStridePx + 2 * contextPx,
      height: rows * featureStridePx + 2 * contextPx,
      padding,
    };
  }

  #layerOf(step: number): Layer {
    const { grid } = this.#geometry;
    const granule = greatestCommonDivisor(step, this.#windowCells);
    const columns = ((grid.columns - 1) * step + this.#windowCells) / granule;
    const rows = ((grid.rows - 1) * step + this.#windowCells) / granule;
    return { granule, columns, rows, owner: new Int32Array(columns * rows).fill(-1) };
  }

  /** The granules of a cell's window. */
  #windowOf(cell: number, magnification: number): Box {
    const { granule } = this.#layers[magnification] ?? { granule: 1 };
    const { column, row } = cellAt(this.#geometry.grid, cell);
    const stepGranules = (this.#steps[magnification] ?? 1) / granule;
    const side = this.#windowCells / granule;
    const [left, top] = [column * stepGranules, row * stepGranules];
    return { left, top, right: left + side, bottom: top + side };
  }

  #cover(magnification: number, cells: readonly number[], mostCells: number): void {
    const layer = this.#layers[magnification];
    if (layer === undefined) return;
    const needed = new Uint8Array(layer.columns * layer.rows);
    for (const cell of cells) {
      const box = this.#windowOf(cell, magnification);
      for (let row = box.top; row < box.bottom; row++) {
        needed.fill(1, row * layer.columns + box.left, row * layer.columns + box.right);
      }
    }
    const all = tightBox(needed, layer.columns, { left: 0, top: 0, right: layer.columns, bottom: layer.rows });
    if (all === null) return;
    const most = Math.max(1, Math.floor(mostCells / layer.granule));
    if (this.#fixed) {
      const step = (this.#steps[magnification] ?? 1) / layer.granule;
      const least = (leastWindows * this.#windowCells) / layer.granule;
      const sides = doubled(least, Math.floor(most / step) * step);
      const context = (2 * this.#geometry.contextPx) / this.#geometry.featureStridePx;
      const cost = (side: number) => (side * layer.granule + context) ** 2 + deviceCallCells;
      for (const box of alike(all, step, sides, cost)) {
        if (tightBox(needed, layer.columns, withinLayer(box, layer)) !== null) this.#own(magnification, box);
      }
      return;
    }
    for (const band of evenParts(all.top, all.bottom, most)) {
      for (const part of evenParts(all.left, all.right, most)) {
        const box = { left: part.from, top: band.from, right: part.to, bottom: band.to };
        for (const found of this.#cheapest(layer, needed, box)) this.#own(magnification, found);
      }
    }
  }

  /** The needed part of `box`, cut wherever that makes it cheaper. */
  #cheapest(layer: Layer, needed: Uint8Array, box: Box): Box[] {
    const tight = tightBox(needed, layer.columns, box);
    if (tight === null) return [];
    let least = this.#cost(layer, tight);
    let best: Box[] | null = null;
    for (const wide of [true, false]) {
      const [from, to] = wide ? [tight.left, tight.right] : [tight.top, tight.bottom];
      for (let cut = from + 1; cut < to; cut++) {
        const parts = halves(tight, wide, cut)
          .map((half) => tightBox(needed, layer.columns, half))
          .filter((half) => half !== null);
        const cost = parts.reduce((sum, part) => sum + this.#cost(layer, part), 0);
        if (cost >= least) continue;
        least = cost;
        best = parts;
      }
    }
    return best === null ? [tight] : best.flatMap((part) => this.#cheapest(layer, needed, part));
  }

  /** Feature cells that must be encoded for a box, those of the context among them. */
  #cost({ granule }: Layer, { left, top, right, bottom }: Box): number {
    const context = (2 * this.#geometry.contextPx) / this.#geometry.featureStridePx;
    return ((right - left) * granule + context) * ((bottom - top) * granule + context) + callCells;
  }

  #own(magnification: number, { left, top, right, bottom }: Box): LatticeRegion {
    const layer = this.#layers[magnification];
    if (layer === undefined) throw new RangeError(`No magnification ${magnification}`);
    const { granule, columns, owner } = layer;
    const region = {
      id: this.#regions.length,
      magnification,
      column: left * granule,
      row: top * granule,
      columns: (right - left) * granule,
      rows: (bottom - top) * granule,
    };
    this.#regions.push(region);
    const within = withinLayer({ left, top, right, bottom }, layer);
    for (let row = top; row < within.bottom; row++) {
      owner.fill(region.id, row * columns + left, row * columns + within.right);
    }
    return region;
  }
}

/** The part of a box that the lattice has. */
function withinLayer(box: Box, { columns, rows }: Layer): Box {
  return { ...box, right: Math.min(box.right, columns), bottom: Math.min(box.bottom, rows) };
}

/** In granules. */
function boxOf({ column, row, columns, rows }: LatticeRegion, granule: number): Box {
  return {
    left: column / granule,
    top: row / granule,
    right: (column + columns) / granule,
    bottom: (row + rows) / granule,
  };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
