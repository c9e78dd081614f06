// In which order the regions of a run are encoded. What is on screen comes first, from its middle outwards; the rest of the
// coarsest magnification from there on outwards too. Once that has told what it sees, the finer ones go where it was least
// sure: by whole coarsest regions, since hopping about in smaller steps would leave features of half the slide waiting in
// memory for their neighbours. Pure.

import type { Rect } from '../pyramid/geometry.ts';
import { distanceFromView, overlaps } from '../pyramid/visit-order.ts';
import type { Lattice, LatticeRegion } from './lattice.ts';
import { VisitQueue } from './visit-queue.ts';

interface Place {
  readonly rect: Rect;
  /** The coarsest region that it lies in; its own id on the coarsest. */
  readonly group: number;
}

export class RegionOrder {
  readonly #lattice: Lattice;
  readonly #queues: readonly VisitQueue<LatticeRegion>[];
  readonly #places = new Map<LatticeRegion, Place>();
  /** By the coarsest region: of its cells that were foretold. */
  readonly #entropies = new Map<number, { sum: number; cells: number }>();
  #visible: Rect | null;

  /** `visible`: what is on screen, level-0 px. */
  constructor(lattice: Lattice, regions: readonly LatticeRegion[], visible: Rect | null) {
    this.#lattice = lattice;
    this.#visible = visible;
    this.#queues = Array.from({ length: lattice.magnifications }, (_, magnification) => {
      const own = regions.filter((region) => region.magnification === magnification);
      return new VisitQueue(own, (a, b) => this.#compare(a, b));
    });
  }

  lookAt(visible: Rect): void {
    this.#visible = visible;
    for (const queue of this.#queues) queue.reorder();
  }

  /** What the coarsest magnification says of cells: how unsure it is of each. */
  foretold(cells: readonly number[], entropy: Float32Array): void {
    cells.forEach((cell, n) => {
      const group = this.#groupOfCell(cell);
      const told = this.#entropies.get(group) ?? { sum: 0, cells: 0 };
      this.#entropies.set(group, { sum: told.sum + (entropy[n] ?? 0), cells: told.cells + 1 });
    });
    for (const queue of this.#queues.slice(0, -1)) queue.reorder();
  }

  /** Of the cells the one nearest to the middle of the screen; null when there are none. */
  nearest(cells: readonly number[]): number | null {
    const view = this.#visible;
    const middle = cells[Math.floor(cells.length / 2)] ?? null;
    if (view === null || middle === null) return middle;
    const [x, y] = [view.x + view.width / 2, view.y + view.height / 2];
    const away = (cell: number) => {
      const centre = this.#lattice.centreOf(cell);
      return Math.hypot(centre.x - x, centre.y - y);
    };
    return cells.reduce((best, cell) => (away(cell) < away(best) ? cell : best));
  }

  /** They wait again. */
  add(regions: readonly LatticeRegion[]): void {
    for (const region of regions) this.#queues[region.magnification]?.add([region]);
  }

  /** The next of a magnification; null when none waits. */
  take(magnification: number): LatticeRegion | null {
    return this.#queues[magnification]?.take() ?? null;
  }

  #compare(a: LatticeRegion, b: LatticeRegion): number {
    const [first, second] = [this.#placeOf(a), this.#placeOf(b)];
    const onScreen = (place: Place) => this.#visible !== null && overlaps(this.#visible, place.rect);
    const isFirstOnScreen = onScreen(first);
    if (isFirstOnScreen !== onScreen(second)) return isFirstOnScreen ? -1 : 1;
    const nearer = distanceFromView(this.#visible, first.rect) - distanceFromView(this.#visible, second.rect);
    if (isFirstOnScreen) return nearer;
    const surer = this.#uncertainty(second.group) - this.#uncertainty(first.group);
    const isCoarsest = a.magnification === this.#lattice.magnifications - 1;
    return (isCoarsest ? 0 : surer || first.group - second.group) || nearer || a.id - b.id;
  }

  /** Mean entropy of the cells over a coarsest region, 0..1; 0 where nothing is foretold. */
  #uncertainty(group: number): number {
    const told = this.#entropies.get(group);
    return told === undefined ? 0 : told.sum / told.cells;
  }

  #placeOf(region: LatticeRegion): Place {
    const known = this.#places.get(region);
    if (known !== undefined) return known;
    const cells = this.#lattice.cellsOver(region);
    const middle = cells[Math.floor(cells.length / 2)];
    const place = {
      rect: this.#lattice.rectOf(region),
      group: middle === undefined ? -1 : this.#groupOfCell(middle),
    };
    this.#places.set(region, place);
    return place;
  }

  #groupOfCell(cell: number): number {
    const [coarsest] = this.#lattice.regionsOf(cell, this.#lattice.magnifications - 1);
    return coarsest?.id ?? -1;
  }
}
