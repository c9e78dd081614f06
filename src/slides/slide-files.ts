// The files a folder-like format is made of, by paths relative to its description: under a link, or among files that
// the user picked. Formats read through this and never learn which of the two it is.

import { isAbort } from '../lib/abort.ts';
import { type RetryOptions, withRetries } from '../lib/retry.ts';
import { bodyOf, fetchIfThere } from './http.ts';

export interface SlideFiles {
  /** The file at `path` (relative to the description; may be absolute for links), or null when there is none. */
  read(path: string, signal: AbortSignal): Promise<Blob | null>;
  /** Bytes read so far. */
  readonly bytesRead: number;
}

/** Files under a link; the link's query string goes along to each of them. */
export class LinkedFiles implements SlideFiles {
  bytesRead = 0;
  readonly #base: URL;
  readonly #retry: RetryOptions;

  constructor(descriptionUrl: string, retry: RetryOptions) {
    this.#base = new URL(descriptionUrl);
    this.#retry = retry;
  }

  async read(path: string, signal: AbortSignal): Promise<Blob | null> {
    const url = new URL(path, this.#base);
    if (url.search === '') url.search = this.#base.search;
    const fetchBytes = async () => {
      const response = await fetchIfThere(url.href, { signal });
      return response === null ? null : bodyOf(response, signal);
    };
    const bytes = await withRetries(fetchBytes, this.#retry, signal);
    if (bytes === null) return null;
    this.bytesRead += bytes.byteLength;
    return new Blob([bytes]);
  }
}

/** Files of a folder that the user picked or dropped. */
export class PickedFiles implements SlideFiles {
  bytesRead = 0;
  readonly #files = new Map<string, File>();

  constructor(files: readonly File[], description: File) {
    const pathOf = (file: File) => file.webkitRelativePath || file.name;
    const folder = pathOf(description).replace(/[^/]*$/, '');
    for (const file of files) {
      const path = pathOf(file);
      this.#files.set(path.startsWith(folder) ? path.slice(folder.length) : path, file);
    }
  }

  async read(path: string, signal: AbortSignal): Promise<Blob | null> {
    signal.throwIfAborted();
    const file = this.#files.get(path) ?? null;
    this.bytesRead += file?.size ?? 0;
    return file;
  }
}

/** Like `read`, for what a slide can do without: null too when it can't be had, or not in time. */
export async function readOptional(files: SlideFiles, path: string, signal: AbortSignal, timeoutMs: number) {
  try {
    return await files.read(path, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
  } catch (error) {
    if (signal.aborted && isAbort(error)) throw error;
    return null;
  }
}
