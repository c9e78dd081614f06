// A few worker threads that share one list of jobs. Workers run the TypeScript sources as they are, through tsx.

import { Worker } from 'node:worker_threads';
import type { Job, Workbench } from './jobs.ts';

// Node 20 does not hand a worker the loader of its parent: the worker registers tsx before it loads its own source.
const BOOT = `import('tsx/esm/api').then(({ register }) => {
  register();
  return import(${JSON.stringify(new URL('./job.worker.ts', import.meta.url).href)});
});`;

export interface Pool {
  /** Resolves when all jobs are done, in whatever order; rejects at the first failure. */
  run(jobs: readonly Job[], onDone: () => void): Promise<void>;
  close(): Promise<void>;
}

/** Starts `count` workers at one workbench. */
export function openPool(bench: Workbench, count: number): Pool {
  const workers = Array.from(
    { length: count },
    () => new Worker(BOOT, { eval: true, workerData: bench, execArgv: [] }),
  );
  return {
    async run(jobs, onDone) {
      let next = 0;
      const work = async (worker: Worker): Promise<void> => {
        for (let job = jobs[next++]; job !== undefined; job = jobs[next++]) {
          await ask(worker, job);
          onDone();
        }
      };
      await Promise.all(workers.map(work));
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function ask(worker: Worker, job: Job): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (failure: unknown): void => {
      worker.off('message', settle);
      worker.off('error', settle);
      if (failure === null) resolve();
      else reject(failure instanceof Error ? failure : new Error(String(failure)));
    };
    worker.on('message', settle);
    worker.on('error', settle);
    worker.postMessage(job);
  });
}
