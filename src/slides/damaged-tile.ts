// The one sentence on a tile whose bytes do not hold what the slide says: every format meets such tiles.

import { Failure } from '../lib/failure.ts';

/** `what` completes "A tile is damaged: …". */
export function damagedTile(what: string, cause?: unknown): Failure {
  return new Failure('damaged', `A tile is damaged: ${what}. Copy or export the slide again.`, { cause });
}
