// The page's side of the service worker: registers it, waits for it, asks it. Without one (plain http, private windows of
// some browsers, development) the app works all the same, and nothing is kept.

import type { KeptCount, ServiceWorkerMessage } from './service-worker.contract.ts';

/** Of tools/build: a plain script at the root of the app. */
const scriptName = 'service-worker.js';
/** It waits for what the old version has under way. */
const letInWithinMs = 10_000;

export interface WorkerEvents {
  /** A newer version is there and comes in when the last page of this one is left. */
  onUpdate(): void;
}

/** True where the browser can have a service worker for this page, and the build brought one. */
export function canHaveWorker(): boolean {
  return import.meta.env.PROD && 'serviceWorker' in navigator;
}

/** Registers the worker of the app in the folder `scopeUrl`. @throws Error where the browser or the server refuses. */
export async function registerWorker(scopeUrl: string, { onUpdate }: WorkerEvents): Promise<void> {
  const registration = await ensureWorker(scopeUrl);
  const tellWaiting = () => {
    if (registration.waiting !== null && registration.active !== null) onUpdate();
  };
  tellWaiting();
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', tellWaiting);
  });
}

/** For who is quicker than the app's start: what is registered already stays. @throws Error as `registerWorker`. */
export function ensureWorker(scopeUrl: string): Promise<ServiceWorkerRegistration> {
  return navigator.serviceWorker.register(new URL(scriptName, scopeUrl), { scope: scopeUrl, updateViaCache: 'none' });
}

/** Resolves once the worker answers for the page's next load. @throws Error when it could not be installed. */
export async function workerInstalled(scopeUrl: string): Promise<ServiceWorker> {
  const registration = await navigator.serviceWorker.getRegistration(scopeUrl);
  const { active = null, installing = null, waiting = null } = registration ?? {};
  if (active !== null) return active;
  const coming = installing ?? waiting;
  if (coming === null) throw new Error('There is no service worker for this page.');
  await new Promise<void>((resolve, reject) => {
    const look = () => {
      if (coming.state === 'activated') resolve();
      if (coming.state === 'redundant') reject(new Error('The service worker could not be installed.'));
    };
    coming.addEventListener('statechange', look);
    look();
  });
  return coming;
}

/** Lets a newer version in, if one waits and this page is the last of the old one; resolves when it is in, or won't be. */
export async function letNewerIn(scopeUrl: string): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration(scopeUrl);
  const newer = registration?.waiting;
  if (!newer) return;
  await new Promise<void>((resolve) => {
    navigator.serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true });
    setTimeout(resolve, letInWithinMs);
    newer.postMessage({ kind: 'take-over' } satisfies ServiceWorkerMessage);
  });
}

/** Has everything kept that the app can do without a network; resolves when it is. */
export async function keepAll(scopeUrl: string): Promise<KeptCount> {
  return ask(await workerInstalled(scopeUrl), { kind: 'keep-all' });
}

export async function keptCount(scopeUrl: string): Promise<KeptCount> {
  return ask(await workerInstalled(scopeUrl), { kind: 'count' });
}

/** Stops the worker from keeping; nothing where there is none. */
export async function stopKeeping(scopeUrl: string): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration(scopeUrl);
  const worker = registration?.active ?? null;
  if (worker !== null) await ask(worker, { kind: 'forget' });
  await registration?.unregister();
}

function ask(worker: ServiceWorker, message: ServiceWorkerMessage): Promise<KeptCount> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<KeptCount>) => {
      resolve(data);
      port1.close();
    };
    worker.postMessage(message, [port2]);
  });
}
