// The phantom slide in the browser's cache. It is made, not built, so no list of its files exists: its description names
// them. Description and tiles are kept together under what the server calls that very description (its ETag), so that
// tiles of two phantoms never meet on one slide.

import { inParallel } from './kept-files.ts';

/** From the app's folder. */
export const phantomFolder = 'slides/phantom/';
const descriptionPath = `${phantomFolder}phantom.dzi`;
const currentKey = 'phantom-set';

export class PhantomFiles {
  readonly #cacheName: string;
  readonly #scopeUrl: string;
  #stopped = false;

  /** `scopeUrl`: the app's folder, ending in "/". */
  constructor(cacheName: string, scopeUrl: string) {
    this.#cacheName = cacheName;
    this.#scopeUrl = scopeUrl;
  }

  /** From now on nothing is kept: what is there is about to be deleted. */
  stop(): void {
    this.#stopped = true;
  }

  /** The file at `path`: the description from the server where it can be had, all else of that same phantom. */
  async find(path: string): Promise<Response> {
    if (this.#stopped) return fetch(this.#scopeUrl + path);
    if (path === descriptionPath) return this.#description();
    const cache = await caches.open(this.#cacheName);
    const key = this.#key(path, await this.#currentSet(cache));
    const kept = await cache.match(key);
    if (kept !== undefined) return kept;
    const response = await fetch(this.#scopeUrl + path);
    // A short answer of a server in trouble is not kept.
    if (response.status === 200 && !this.#stopped) await cache.put(key, response.clone());
    return response;
  }

  /** Fetches whatever is not there yet, the coarse levels first. A host without the phantom has none to keep. */
  async keepAll(): Promise<void> {
    const description = await this.#description();
    if (!description.ok) return;
    await inParallel(phantomPaths(await description.text()), async (path) => {
      if (!this.#stopped) await this.find(path);
    });
  }

  async #description(): Promise<Response> {
    const cache = await caches.open(this.#cacheName);
    const fresh = await fetch(this.#scopeUrl + descriptionPath, { cache: 'no-cache' }).catch(() => null);
    const current = await this.#currentSet(cache);
    if (fresh === null || fresh.status >= 500) {
      const kept = await cache.match(this.#key(descriptionPath, current));
      return kept ?? fresh ?? Response.error();
    }
    if (!fresh.ok) return fresh;
    const set = fresh.headers.get('ETag') ?? fresh.headers.get('Last-Modified') ?? 'unnamed';
    if (set !== current) {
      await Promise.all((await cache.keys()).map((key) => cache.delete(key)));
      await cache.put(this.#scopeUrl + currentKey, new Response(set));
    }
    await cache.put(this.#key(descriptionPath, set), fresh.clone());
    return fresh;
  }

  async #currentSet(cache: Cache): Promise<string> {
    return (await cache.match(this.#scopeUrl + currentKey))?.text() ?? '';
  }

  #key(path: string, set: string): string {
    return `${this.#scopeUrl}${path}?set=${encodeURIComponent(set)}`;
  }
}

/** Every file that a Deep Zoom description of the phantom stands for, coarse levels first; none when it is no such thing. */
export function phantomPaths(description: string): string[] {
  const number = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(description)?.[1]);
  const [width, height, tilePx] = [number('Width'), number('Height'), number('TileSize')];
  const format = /\bFormat="(\w+)"/.exec(description)?.[1];
  if (!(width > 0 && height > 0 && tilePx > 0) || format === undefined) return [];
  const folder = `${phantomFolder}phantom_files/`;
  const paths = [`${folder}vips-properties.xml`];
  const finest = Math.ceil(Math.log2(Math.max(width, height)));
  for (let level = 0; level <= finest; level++) {
    const columns = Math.ceil(Math.ceil(width / 2 ** (finest - level)) / tilePx);
    const rows = Math.ceil(Math.ceil(height / 2 ** (finest - level)) / tilePx);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) paths.push(`${folder}${level}/${column}_${row}.${format}`);
    }
  }
  return paths;
}
