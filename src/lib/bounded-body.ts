// Bodies and files that are read only as far as they may go: what goes on after that is never held.

import { joinBytes } from './join-bytes.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes that may still be read, shared by all that are read together. */
export class ByteAllowance {
  readonly bytes: number;
  #left: number;

  constructor(bytes: number) {
    this.bytes = bytes;
    this.#left = bytes;
  }

  /** Takes `bytes` of what is left; false when that is not enough. */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  /** True when `bytes` could be taken now. */
  has(bytes: number): boolean {
    return bytes <= this.#left;
  }
}

/**
 * The body of `response`, or null as soon as it is longer than `allowance` lets it be: the rest is not fetched. A length
 * that is announced is believed only where it is too long. Rejects as `fetch` does when the body breaks off.
 */
export async function readBounded(response: Response, allowance: ByteAllowance): Promise<Bytes | null> {
  if (!allowance.has(Number(response.headers.get('Content-Length') ?? 0))) {
    await response.body?.cancel();
    return null;
  }
  const reader = response.body?.getReader();
  const parts: Bytes[] = [];
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    if (!allowance.take(value.length)) {
      // Not waited for: a server that never stops need not answer either.
      reader.cancel().catch(() => {});
      return null;
    }
    parts.push(value);
  }
  const [only] = parts;
  return parts.length === 1 && only?.byteLength === only?.buffer.byteLength ? (only ?? null) : joinBytes(parts);
}

/** The same for a file on disk, whose size is known. */
export async function readBoundedFile(file: Blob, allowance: ByteAllowance): Promise<Bytes | null> {
  return allowance.take(file.size) ? new Uint8Array(await file.arrayBuffer()) : null;
}
