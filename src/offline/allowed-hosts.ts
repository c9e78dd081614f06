// The hosts that the user allowed by name, kept where the page and the service worker both find them. They hold from the
// next time the page is loaded: the service worker then serves a policy that has them.

import { isAllowableOrigin } from '../policy/slide-hosts.ts';
import { cacheNames } from './stored-names.ts';

const settingPath = 'allowed-hosts.json';

/** `scopeUrl`: the app's folder, ending in "/". */
export async function readAllowedHosts(scopeUrl: string): Promise<readonly string[]> {
  // No page without a secure context has caches, and no service worker either.
  if (!('caches' in globalThis)) return [];
  const setting = await caches.match(scopeUrl + settingPath, { cacheName: cacheNames(scopeUrl).settings });
  const stored: unknown = await setting?.json().catch(() => null);
  return Array.isArray(stored) ? stored.filter((host) => typeof host === 'string' && isAllowableOrigin(host)) : [];
}

export async function writeAllowedHosts(scopeUrl: string, hosts: readonly string[]): Promise<void> {
  const unique = [...new Set(hosts.filter(isAllowableOrigin))].sort();
  const cache = await caches.open(cacheNames(scopeUrl).settings);
  await cache.put(scopeUrl + settingPath, Response.json(unique));
}
