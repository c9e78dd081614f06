// The service worker: keeps the app, its models and the phantom for times without a network, adds isolation and policy
// to the page on hosts that send no headers, and lets a new version in only when no page of the old one is open. It
// answers for files of the app and nothing else: slides, servers and what is not listed go past it.

import { readablePath } from '../lib/percent-encoding.ts';
import { readAllowedHosts } from './allowed-hosts.ts';
import { KeptFiles } from './kept-files.ts';
import type { ListedFile } from './listed-file.ts';
import { pageResponse } from './page-response.ts';
import { PhantomFiles, phantomFolder } from './phantom-files.ts';
import type { ServiceWorkerMessage } from './service-worker.contract.ts';
import { cacheNames } from './stored-names.ts';

/** Set by the build: tools/build/service-worker.ts. */
declare const LISTED_FILES: readonly ListedFile[];

interface ExtendableEvent extends Event {
  waitUntil(task: Promise<unknown>): void;
}
interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
interface MessageToWorker extends ExtendableEvent {
  readonly data: ServiceWorkerMessage;
  readonly ports: readonly MessagePort[];
}
/** Of the worker's global scope what is used here; the library that describes it does not go with the page's. */
interface Scope {
  readonly registration: { readonly scope: string };
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly unknown[]>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
  addEventListener(type: 'message', listener: (event: MessageToWorker) => void): void;
}

const worker = globalThis as unknown as Scope;
const scopeUrl = worker.registration.scope;
const names = cacheNames(scopeUrl);
const files = new KeptFiles(names.files, scopeUrl, LISTED_FILES);
const phantom = new PhantomFiles(names.phantom, scopeUrl);

worker.addEventListener('install', (event) => event.waitUntil(files.keepEarly()));

worker.addEventListener('activate', (event) => {
  event.waitUntil(files.forgetOthers().then(() => worker.clients.claim()));
});

worker.addEventListener('message', (event) => {
  const [port] = event.ports;
  const count = async () => port?.postMessage(await files.count());
  const { kind } = event.data;
  if (kind === 'take-over') event.waitUntil(takeOver());
  if (kind === 'count') event.waitUntil(count());
  if (kind === 'keep-all') event.waitUntil(keepAll().then(count));
  if (kind === 'forget') {
    files.stop();
    phantom.stop();
    event.waitUntil(count());
  }
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const path = pathInScope(request.url);
  if (path === null || request.method !== 'GET') return;
  if (request.mode === 'navigate') {
    if (path === '' || path === 'index.html') event.respondWith(page());
  } else if (files.has(path)) event.respondWith(listedFile(path, request));
  else if (path.startsWith(phantomFolder)) event.respondWith(phantom.find(path));
});

async function keepAll(): Promise<void> {
  // Neither stops the other: a host may have one and not the other.
  await Promise.allSettled([phantom.keepAll(), files.keepAll()]);
}

/** The path below the app's folder, without query; null for what lies elsewhere. */
function pathInScope(url: string): string | null {
  const { origin, pathname } = new URL(url);
  const address = origin + pathname;
  return address.startsWith(scopeUrl) ? readablePath(address.slice(scopeUrl.length)) : null;
}

async function page(): Promise<Response> {
  const kept = await files.find('');
  if (kept === null) return fetch(scopeUrl);
  const { body, headers } = pageResponse(await kept.text(), await readAllowedHosts(scopeUrl));
  return new Response(body, { headers });
}

/** As it was built; from the server where the cache was emptied and the server has gone on. */
async function listedFile(path: string, request: Request): Promise<Response> {
  return (await files.find(path).catch(() => null)) ?? fetch(request);
}

/** Lets this version in when the page that asks is the only one open: another would be left without its files. */
async function takeOver(): Promise<void> {
  if ((await openPages()) < 2) await worker.skipWaiting();
}

async function openPages(): Promise<number> {
  const pages = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  return pages.length;
}
