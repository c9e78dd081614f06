// Which parts of a slide's file a server was asked for more than once, told from the requests that it met.

import type { RequestSeen } from './bench.ts';

/**
 * Requests for the file at the path that ends in `slide` that asked for bytes asked for before; one without a range asks
 * for the whole file. The page's own address, which names the slide as well, is no request for it.
 */
export function fetchedTwice(requests: readonly RequestSeen[], slide: string): number {
  const ranges = requests
    .filter(({ path }) => path.split('?', 1)[0]?.endsWith(`/${slide}`))
    .map(({ range }) => /bytes=(\d+)-(\d*)/.exec(range ?? ''))
    .map((match) => ({ start: Number(match?.[1] ?? 0), end: Number(match?.[2] || Number.POSITIVE_INFINITY) }))
    .sort((a, b) => a.start - b.start);
  let twice = 0;
  let reached = -1;
  for (const { start, end } of ranges) {
    if (start <= reached) twice++;
    reached = Math.max(reached, end);
  }
  return twice;
}
