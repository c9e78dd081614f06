// What the browser stores for the app, told and deleted. Everything whose name begins with our prefix is ours, so that
// what other parts of the app store is found here too, and what other apps of the same host store is left alone.

import { readAllowedHosts } from './allowed-hosts.ts';
import { canHaveWorker, keptCount, stopKeeping } from './app-worker.ts';
import type { KeptCount } from './service-worker.contract.ts';
import { cacheNames, storedPrefix } from './stored-names.ts';

export interface Stored {
  /** Files of the app; null without a service worker. */
  readonly app: KeptCount | null;
  /** Files of the phantom slide. */
  readonly phantomFiles: number;
  readonly allowedHosts: readonly string[];
  /** Names of databases and settings of ours. */
  readonly others: readonly string[];
  /** As the browser estimates, for all apps of this host; null when it does not tell. */
  readonly bytes: number | null;
}

/** `scopeUrl`: the app's folder, ending in "/". */
export async function readStored(scopeUrl: string): Promise<Stored> {
  const estimate = await navigator.storage?.estimate().catch(() => null);
  return {
    app: canHaveWorker() ? await keptCount(scopeUrl).catch(() => null) : null,
    phantomFiles: await countOf(cacheNames(scopeUrl).phantom),
    allowedHosts: await readAllowedHosts(scopeUrl),
    others: [...(await databaseNames()), ...ourKeys(localStorage), ...ourKeys(sessionStorage)],
    bytes: estimate?.usage ?? null,
  };
}

/** Deletes all of it. A database that is in use goes when the page that uses it is closed. */
export async function deleteStored(scopeUrl: string): Promise<void> {
  // First the worker, which would fetch and keep again.
  await stopKeeping(scopeUrl);
  if ('caches' in globalThis) {
    await Promise.all(Object.values(cacheNames(scopeUrl)).map((name) => caches.delete(name)));
  }
  for (const storage of [localStorage, sessionStorage]) for (const key of ourKeys(storage)) storage.removeItem(key);
  await Promise.all((await databaseNames()).map(deleteDatabase));
}

async function countOf(cacheName: string): Promise<number> {
  if (!('caches' in globalThis) || !(await caches.has(cacheName))) return 0;
  return (await (await caches.open(cacheName)).keys()).length;
}

async function databaseNames(): Promise<string[]> {
  const databases = (await globalThis.indexedDB?.databases?.()) ?? [];
  return databases.map(({ name = '' }) => name).filter((name) => name.startsWith(storedPrefix));
}

function ourKeys(storage: Storage): string[] {
  return Object.keys(storage).filter((key) => key.startsWith(storedPrefix));
}

function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    for (const outcome of ['success', 'error', 'blocked'] as const) request.addEventListener(outcome, () => resolve());
  });
}
