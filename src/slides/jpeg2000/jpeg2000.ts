// JPEG 2000 pictures decoded beside the thread that reads tiles, on a few workers that start with the first picture.
// One that takes too long is damaged on purpose or by accident: its worker is ended, not waited for. Where there are no
// workers (Node) it decodes on the spot.

import { Failure } from '../../lib/failure.ts';
import { type Client, connectCalls } from '../../lib/worker-call.ts';
import type { Jpeg2000Calls } from './jpeg2000.contract.ts';
import { decodeJpeg2000 as decodeHere, type Jpeg2000Task, type SamplePicture } from './jpeg2000-codec.ts';

const MAX_WORKERS = 4;
/** A tile takes some milliseconds. */
const PATIENCE_MS = 20_000;

interface DecodingThread {
  readonly client: Client<Jpeg2000Calls, Record<string, never>>;
  readonly worker: Worker;
  waiting: number;
}

const threads = new Set<DecodingThread>();

/**
 * As `decodeJpeg2000` of the codec. The bytes are copied, not taken.
 * @throws Failure `damaged`, `unsupported-format`, `network` (the decoder could not be loaded).
 */
export async function decodeJpeg2000(task: Jpeg2000Task): Promise<SamplePicture> {
  if (typeof Worker === 'undefined') return decodeHere(task);
  const [{ startWorker }, { default: url }] = await Promise.all([
    import('../../lib/start-worker.ts'),
    import('./jpeg2000.worker.ts?worker&url'),
  ]);
  const thread = idlest() ?? start((onFailure) => startWorker(url, 'jpeg2000', onFailure));
  thread.waiting++;
  const timer = setTimeout(() => end(thread, 'damaged', 'does not come to an end'), PATIENCE_MS);
  try {
    return await thread.client.call('decode', task);
  } finally {
    clearTimeout(timer);
    thread.waiting--;
  }
}

/** The thread with the least to do; null when another one should be started. */
function idlest(): DecodingThread | null {
  const wanted = Math.min(MAX_WORKERS, Math.max(1, (navigator.hardwareConcurrency || 2) - 1));
  const [best] = [...threads].sort((a, b) => a.waiting - b.waiting);
  return best === undefined || (best.waiting > 0 && threads.size < wanted) ? null : best;
}

function start(startWorker: (onFailure: (error: Error) => void) => Worker): DecodingThread {
  const worker = startWorker(() => end(thread, 'network', 'could not be decoded, since the decoder stopped'));
  const thread: DecodingThread = { worker, client: connectCalls(worker), waiting: 0 };
  threads.add(thread);
  return thread;
}

/** Ends the worker: what it still had is told why, and the next picture starts another. */
function end(thread: DecodingThread, code: 'damaged' | 'network', what: string): void {
  threads.delete(thread);
  thread.worker.terminate();
  thread.client.fail(new Failure(code, `A tile can't be shown: its JPEG 2000 picture ${what}. Open the slide again.`));
}
