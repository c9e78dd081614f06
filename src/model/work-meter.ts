// Counts the work that models do on this thread and for it: time in their graphs, and multiply-adds. For measurements only; nothing
// is decided by it.

export interface ModelWork {
  /** ms inside encoders and heads. On a GPU this is the time to hand the work over, not to do it. */
  readonly modelMs: number;
  /** Multiply-adds of convolutions and matrix products. */
  readonly multiplyAdds: number;
}

let modelMs = 0;
let multiplyAdds = 0;

/** Runs `task`, a part of a model, and counts it as `work` multiply-adds. */
export function metered<T>(work: number, task: () => T): T {
  const start = performance.now();
  const result = task();
  modelMs += performance.now() - start;
  multiplyAdds += work;
  return result;
}

/** Counts work that another thread did for this one. */
export function addModelWork(work: ModelWork): void {
  modelMs += work.modelMs;
  multiplyAdds += work.multiplyAdds;
}

/** All work since the thread started, and what others did for it. */
export function modelWork(): ModelWork {
  return { modelMs, multiplyAdds };
}
