// What the browser keeps on this computer from one visit to the next: scales that the user set, slides opened lately, and
// small pictures of slides. One database, nothing of a slide's pixels but the small pictures. Where the browser keeps
// nothing (a private window, a full disk) everything works as if nothing had been kept.

import type { DBSchema, IDBPDatabase } from 'idb';
import { keptDatabase } from '../../lib/kept-database.ts';
import type { PixelSize } from '../../pyramid/measure.ts';

/** A slide opened before, and what brings it back. */
export interface RecentSlide {
  readonly key: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly openedAt: number;
  /** A link or an id of the list; null for files. */
  readonly address: string | null;
  readonly handles: readonly FileSystemFileHandle[];
}

interface Schema extends DBSchema {
  scales: { key: string; value: PixelSize };
  recent: { key: string; value: RecentSlide };
  thumbnails: { key: string; value: Blob };
}

const MOST_RECENT = 12;

export interface Kept {
  /** um per level-0 px that the user set for a slide; null when none. */
  scaleOf(key: string): Promise<PixelSize | null>;
  setScale(key: string, scale: PixelSize | null): Promise<void>;
  /** Newest first. */
  recent(): Promise<readonly RecentSlide[]>;
  addRecent(slide: RecentSlide): Promise<void>;
  /** Also its picture; the scale stays. */
  forgetRecent(key: string): Promise<void>;
  thumbnailOf(key: string): Promise<Blob | null>;
  setThumbnail(key: string, picture: Blob): Promise<void>;
}

export function openKept(name = 'concentric-slides'): Kept {
  const database = keptDatabase<Schema>(name, (made) => {
    made.createObjectStore('scales');
    made.createObjectStore('recent', { keyPath: 'key' });
    made.createObjectStore('thumbnails');
  });
  /** Does it in the database; `otherwise` when nothing can be kept. */
  const attempt = async <T>(task: (db: IDBPDatabase<Schema>) => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await task(await database());
    } catch {
      return otherwise;
    }
  };

  return {
    scaleOf: (key) => attempt(async (db) => (await db.get('scales', key)) ?? null, null),
    setScale: (key, scale) =>
      attempt(async (db) => {
        if (scale === null) await db.delete('scales', key);
        else await db.put('scales', scale, key);
      }, undefined),
    recent: () => attempt(async (db) => newestFirst(await db.getAll('recent')), []),
    addRecent: (slide) =>
      attempt(async (db) => {
        await db.put('recent', slide);
        const old = newestFirst(await db.getAll('recent')).slice(MOST_RECENT);
        await Promise.all(old.map(({ key }) => db.delete('recent', key)));
      }, undefined),
    forgetRecent: (key) =>
      attempt(async (db) => {
        await Promise.all([db.delete('recent', key), db.delete('thumbnails', key)]);
      }, undefined),
    thumbnailOf: (key) => attempt(async (db) => (await db.get('thumbnails', key)) ?? null, null),
    setThumbnail: (key, picture) =>
      attempt(async (db) => {
        await db.put('thumbnails', picture, key);
      }, undefined),
  };
}

function newestFirst(slides: readonly RecentSlide[]): RecentSlide[] {
  return [...slides].sort((a, b) => b.openedAt - a.openedAt);
}
