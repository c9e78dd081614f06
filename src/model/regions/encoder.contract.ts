// The calls of an encoder worker: a model's encoder on one thread, which takes the regions of a run. Several of them make
// use of all cores, without waiting for each other inside a region.

import type { ModelManifest } from '../folder/manifest.ts';
import type { NetworkFiles } from '../tfjs-runtime.ts';
import type { ModelWork } from '../work-meter.ts';
import type { BreakOffFlag } from './break-off.ts';
import type { RegionJob, TakenRegion } from './region-taker.ts';

export type EncoderCalls = {
  /** Once, before all else. @throws Failure `backend-unavailable`, `model-invalid`, `out-of-memory`. */
  load(argument: { manifest: ModelManifest; files: NetworkFiles; breakOff: BreakOffFlag | null }): void;
  /** `taken` is null when it was broken off; `work`: what it took. @throws Failure `out-of-memory`. */
  take(argument: { job: RegionJob }): { taken: TakenRegion | null; work: ModelWork };
};

/** The worker sends no events. */
export type EncoderEvents = Record<never, never>;
