// The files a folder-like format is made of, by paths relative to its description: under a link, or among files that
// the user picked. Formats read through this and never learn which of the two it is.

import { isAbort } from '../../lib/abort.ts';
import { Failure } from '../../lib/failure.ts';
import { type RetryOptions, withRetries } from '../../lib/retry.ts';
import { bodyOf, fetchIfThere } from './http.ts';

export interface SlideFiles {
  /**
   * The file at `path` (relative to the description; may be absolute for links), or null when there is none.
   * @throws Failure `damaged` for a path that is none, and what reading throws; an AbortError.
   */
  read(path: string, signal: AbortSignal): Promise<Blob | null>;
  /** Bytes read so far. */
  readonly bytesRead: number;
  /** True when all files are known: to ask for one that is not there then costs nothing. */
  readonly listed: boolean;
}

/** Files under a link; the link's query string goes along to each of them. */
export class LinkedFiles implements SlideFiles {
  bytesRead = 0;
  readonly listed = false;
  readonly #base: URL;
  readonly #retry: RetryOptions;

  constructor(descriptionUrl: string, retry: RetryOptions) {
    this.#base = new URL(descriptionUrl);
    this.#retry = retry;
  }

  async read(path: string, signal: AbortSignal): Promise<Blob | null> {
    if (!URL.canParse(path, this.#base.href)) {
      throw new Failure(
        'damaged',
        `The slide's description names "${path.slice(0, 200)}", which is no address. Ask whoever made the slide.`,
      );
    }
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

/** A file of the user's computer, and where it lay in the folder that was picked or dropped. */
export interface PickedFile {
  readonly path: string;
  readonly file: File;
}

/** Files of a folder that the user picked or dropped. */
export class PickedFiles implements SlideFiles {
  bytesRead = 0;
  readonly listed = true;
  readonly #files: ReadonlyMap<string, File>;

  constructor(files: readonly PickedFile[], description: PickedFile) {
    this.#files = new Map(files.map(({ path, file }) => [pathFrom(description.path, path), file]));
  }

  async read(path: string, signal: AbortSignal): Promise<Blob | null> {
    signal.throwIfAborted();
    const file = this.#files.get(path) ?? null;
    this.bytesRead += file?.size ?? 0;
    return file;
  }
}

/** `path` as seen from the folder of `description`; unchanged where it lies elsewhere. */
export function pathFrom(description: string, path: string): string {
  const folder = description.replace(/[^/]*$/, '');
  return path.startsWith(folder) ? path.slice(folder.length) : path;
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
