// The app's own files in the browser's cache, by content: a file is fetched once however many versions have it, and each
// version finds exactly the files it was built with, so that an update never changes a page that is open.

import { type ListedFile, pageToHash } from './listed-file.ts';

const fetchedAtOnce = 4;

export class KeptFiles {
  readonly #cacheName: string;
  readonly #scopeUrl: string;
  readonly #files: ReadonlyMap<string, ListedFile>;
  #stopped = false;

  /** `scopeUrl`: the app's folder, ending in "/". */
  constructor(cacheName: string, scopeUrl: string, files: readonly ListedFile[]) {
    this.#cacheName = cacheName;
    this.#scopeUrl = scopeUrl;
    this.#files = new Map(files.map((file) => [file.path, file]));
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** From now on nothing is kept: what is there is about to be deleted. */
  stop(): void {
    this.#stopped = true;
  }

  /** Fetches what is needed for a start, the page always: its server may have changed what it allows. */
  async keepEarly(): Promise<void> {
    const early = [...this.#files.values()].filter((file) => file.early);
    await inParallel(early, (file) => this.#keep(file, file.path === ''));
  }

  /** Fetches whatever is not there yet. */
  async keepAll(): Promise<void> {
    await inParallel([...this.#files.values()], (file) => this.#keep(file, false));
  }

  /** The kept file; fetched now, and kept, when it is not there. Null for a path that is not listed, and once all was deleted. */
  async find(path: string): Promise<Response | null> {
    const file = this.#files.get(path);
    if (file === undefined || this.#stopped || !(await caches.has(this.#cacheName))) return null;
    return this.#keep(file, false);
  }

  async count(): Promise<{ kept: number; total: number }> {
    if (this.#stopped) return { kept: 0, total: this.#files.size };
    const cache = await caches.open(this.#cacheName);
    const keys = new Set((await cache.keys()).map(({ url }) => url));
    const kept = [...this.#files.values()].filter((file) => keys.has(this.#key(file))).length;
    return { kept, total: this.#files.size };
  }

  /** Deletes the files of other versions: for when no page of theirs is open any more. */
  async forgetOthers(): Promise<void> {
    const cache = await caches.open(this.#cacheName);
    const ours = new Set([...this.#files.values()].map((file) => this.#key(file)));
    await Promise.all((await cache.keys()).filter(({ url }) => !ours.has(url)).map((key) => cache.delete(key)));
  }

  async #keep(file: ListedFile, again: boolean): Promise<Response> {
    if (this.#stopped) throw new Error('Nothing is kept any more.');
    const cache = await caches.open(this.#cacheName);
    const key = this.#key(file);
    if (!again) {
      const kept = await cache.match(key);
      if (kept !== undefined) return kept;
    }
    const response = await this.#fetch(file.path);
    if (!response.ok) throw new Error(`${file.path || 'The page'} could not be kept: ${response.status}.`);
    const content =
      file.path === '' ? encode(pageToHash(await response.clone().text())) : response.clone().arrayBuffer();
    if ((await sha256Hex(await content)) !== file.sha256) throw new Error(`${file.path} is of another version.`);
    if (!this.#stopped) await cache.put(key, response.clone());
    return response;
  }

  /** Not from the browser's cache, which may hold the file of another version. */
  async #fetch(path: string): Promise<Response> {
    const response = await fetch(this.#scopeUrl + path, { cache: 'no-cache' });
    return response.ok || path !== '' ? response : fetch(`${this.#scopeUrl}index.html`, { cache: 'no-cache' });
  }

  #key({ path, sha256 }: ListedFile): string {
    return `${this.#scopeUrl}${path}?sha256=${sha256}`;
  }
}

/** Runs `task` for all items, a few at a time; stops at the first that fails. */
export async function inParallel<T>(items: readonly T[], task: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = [...items];
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await task(item);
  };
  await Promise.all(Array.from({ length: fetchedAtOnce }, work));
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

async function sha256Hex(bytes: BufferSource): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
