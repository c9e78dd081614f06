// Sends one file over HTTP as RFC 9110 asks: whole, in one range, or not at all because the other side has it already.
// Which file, and who may have it, is decided elsewhere.

import { open } from 'node:fs/promises';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { mediaType } from './mime.ts';

interface ByteRange {
  readonly start: number;
  /** Of the last byte. */
  readonly end: number;
}

/** Answers a GET or HEAD with the file at `path` and these headers; answers nothing and gives false when it is no file. */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  headers: OutgoingHttpHeaders = {},
): Promise<boolean> {
  const file = await open(path).catch(() => null);
  if (file === null) return false;
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return false;
    const { size, mtime } = stats;
    const etag = `"${size.toString(36)}-${Math.floor(stats.mtimeMs).toString(36)}"`;
    const shared = { ...headers, ETag: etag, 'Last-Modified': mtime.toUTCString(), 'Accept-Ranges': 'bytes' };
    if (isKnown(request, etag, mtime)) {
      response.writeHead(304, shared).end();
      return true;
    }
    const range = wantedRange(request, etag, size);
    if (range === 'unsatisfiable') {
      response.writeHead(416, { ...shared, 'Content-Range': `bytes */${size}` }).end();
      return true;
    }
    const { start, end } = range ?? { start: 0, end: size - 1 };
    response.writeHead(range === null ? 200 : 206, {
      'Content-Type': mediaType(path),
      ...shared,
      'Content-Length': end - start + 1,
      ...(range === null ? {} : { 'Content-Range': `bytes ${start}-${end}/${size}` }),
    });
    if (request.method === 'HEAD' || size === 0) response.end();
    else await pipeline(file.createReadStream({ start, end, autoClose: false }), response);
    return true;
  } finally {
    await file.close();
  }
}

function isKnown({ headers }: IncomingMessage, etag: string, mtime: Date): boolean {
  const known = headers['if-none-match'];
  if (known !== undefined)
    return known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag || tag === '*');
  // HTTP dates count whole seconds.
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return Math.floor(mtime.getTime() / 1000) * 1000 <= since;
}

/** Null for the whole file: no range asked, several, one we can't read, or one of an older version (If-Range). */
function wantedRange({ headers }: IncomingMessage, etag: string, size: number): ByteRange | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (match === null || (first === '' && last === '')) return null;
  if (headers['if-range'] !== undefined && headers['if-range'] !== etag) return null;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < start) return null;
  return start <= end ? { start, end } : 'unsatisfiable';
}
