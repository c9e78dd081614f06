// The run for the work that was planned: unit by unit, or by regions that cells share.

import type { Point } from '../pyramid/geometry.ts';
import { LatticeRun } from './lattice-run.ts';
import type { RunWork } from './plan-run.ts';
import type { RunControl, RunHost } from './run-control.ts';
import type { ChanceOptions } from './second-chances.ts';
import { UnitRun } from './unit-run.ts';

/** `centre`: what is on screen, level-0 px. `chances`: how trouble in the network is waited for. The run is not started. */
export function makeRun(host: RunHost, work: RunWork, centre: Point | null, chances?: ChanceOptions): RunControl {
  if (work.kind === 'units') return new UnitRun(host, work.units, centre, chances);
  const { lattice, geometry, steps } = work;
  const { grid } = geometry;
  const gatherer = host.lease.model.runtime.gather({
    columns: grid.columns,
    rows: grid.rows,
    steps,
    wants: (cell) => lattice.wants(cell),
  });
  return new LatticeRun(host, { lattice, gatherer }, grid.columns * grid.rows, centre, chances);
}
