// The run for the work that was planned: cell by cell, or by regions that cells share.

import { ExactRun } from './exact-run.ts';
import { LatticeRun } from './lattice-run.ts';
import type { RunWork } from './plan-run.ts';
import type { RunControl, RunHost, RunStart } from './run-control.ts';

/** The run is not started. */
export function makeRun(host: RunHost, work: RunWork, start: RunStart): RunControl {
  return work.kind === 'exact' ? new ExactRun(host, work, start) : new LatticeRun(host, work.lattice, start);
}
