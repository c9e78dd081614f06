// The run for the work that was planned: unit by unit, or by regions that cells share.

import { LatticeRun } from './lattice-run.ts';
import type { RunWork } from './plan-run.ts';
import type { RunControl, RunHost, RunStart } from './run-control.ts';
import { UnitRun } from './unit-run.ts';

/** The run is not started. */
export function makeRun(host: RunHost, work: RunWork, start: RunStart): RunControl {
  if (work.kind === 'units') return new UnitRun(host, work.units, start);
  const { lattice, geometry, steps } = work;
  const { grid } = geometry;
  const gatherer = host.lease.model.runtime.gather({
    columns: grid.columns,
    rows: grid.rows,
    steps,
    wants: (cell) => lattice.wants(cell) && start.kept?.[cell] !== 1,
  });
  return new LatticeRun(host, { lattice, gatherer }, grid.columns * grid.rows, start);
}
