// The bytes of a file behind a link, by range requests. A server that ignores ranges is used only for files small
// enough to be taken whole; for a large slide that would be a download nobody asked for.

import { Failure } from '../../lib/failure.ts';
import { type RetryOptions, withRetries } from '../../lib/retry.ts';
import type { ByteSource } from './byte-source.ts';
import { bodyOf, brokenOff, fetchOk, fetchRange } from './http.ts';

/** The most that is taken whole from a server without range requests. */
const WHOLE_FILE_BYTES = 1 << 26;

export class RemoteBytes implements ByteSource {
  bytesRead = 0;
  size: number | null = null;
  readonly #url: string;
  readonly #retry: RetryOptions;
  #whole: Promise<ArrayBuffer> | null = null;

  constructor(url: string, retry: RetryOptions) {
    this.#url = url;
    this.#retry = retry;
  }

  /** @throws Failure `not-found`, `network`, `cors`, `host-not-allowed`; an AbortError. */
  read(start: number, end: number, signal: AbortSignal): Promise<ArrayBuffer> {
    return withRetries(() => this.#read(start, end, signal), this.#retry, signal);
  }

  async #read(start: number, end: number, signal: AbortSignal): Promise<ArrayBuffer> {
    if (this.#whole !== null) return (await this.#whole).slice(start, end);
    const response = await fetchRange(this.#url, start, end, signal);
    if (response === 'beyond-end') return new ArrayBuffer(0);
    if (response.status === 206) {
      this.size ??= totalOf(response.headers.get('Content-Range'));
      const bytes = await bodyOf(response, signal);
      this.bytesRead += bytes.byteLength;
      return bytes;
    }
    // Other reads may have come to the same conclusion meanwhile.
    if (this.#whole === null) this.#whole = this.#readWhole(response);
    else await response.body?.cancel();
    try {
      return (await this.#whole).slice(start, end);
    } catch (error) {
      this.#whole = null;
      throw error;
    }
  }

  async #readWhole(response: Response): Promise<ArrayBuffer> {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let length = 0;
    const announced = Number(response.headers.get('Content-Length') ?? 0);
    const reader = response.body?.getReader();
    while (reader !== undefined) {
      if (Math.max(length, announced) > WHOLE_FILE_BYTES) {
        await reader.cancel();
        throw new Failure(
          'network',
          `The server of ${this.#url} sends whole files only, and this one is too large for that. ` +
            'It must answer range requests (Accept-Ranges: bytes); or download the slide and open it as a file.',
        );
      }
      const { done, value } = await reader.read().catch((cause) => {
        throw brokenOff(this.#url, cause);
      });
      if (done) break;
      chunks.push(value);
      length += value.length;
      this.bytesRead += value.length;
    }
    this.size = length;
    return new Blob(chunks).arrayBuffer();
  }
}

/**
 * Bytes of the file behind `url`, by its headers alone: for servers that hide Content-Range from other origins.
 * @throws Failure as `fetchOk`, `cors` when the size is hidden too; an AbortError.
 */
export async function sizeOfLink(url: string, signal: AbortSignal): Promise<number> {
  const response = await fetchOk(url, { method: 'HEAD', signal, cache: 'no-store' });
  const size = Number(response.headers.get('Content-Length') ?? Number.NaN);
  if (Number.isFinite(size) && size > 0) return size;
  throw new Failure(
    'cors',
    `The server of ${url} does not tell how large the file is. It must send the header Access-Control-Expose-Headers: Content-Range.`,
  );
}

/** Of `bytes 0-99/1234` the 1234; null when the server hides the header or does not know. */
function totalOf(contentRange: string | null): number | null {
  const total = Number(/\/(\d+)$/.exec(contentRange ?? '')?.[1] ?? Number.NaN);
  return Number.isFinite(total) ? total : null;
}
