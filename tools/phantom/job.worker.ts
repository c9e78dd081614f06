// A worker thread that does phantom jobs one at a time, answering each with null or with the words of its failure.

import { parentPort, workerData } from 'node:worker_threads';
import { type Job, makeJobRunner, type Workbench } from './jobs.ts';

const run = makeJobRunner(workerData as Workbench);

parentPort?.on('message', (job: Job) => {
  run(job).then(
    () => parentPort?.postMessage(null),
    (error: unknown) => parentPort?.postMessage(String(error)),
  );
});
