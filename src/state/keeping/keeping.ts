// What the app keeps in the browser and whom it may speak to: the service worker, hosts that the user allows, and
// deleting all of it. Loaded when the first view is there; nothing here is needed for it.

import { readAllowedHosts, writeAllowedHosts } from '../../offline/allowed-hosts.ts';
import {
  canHaveWorker,
  ensureWorker,
  keepAll,
  letNewerIn,
  registerWorker,
  workerInstalled,
} from '../../offline/app-worker.ts';
import { deleteStored, readStored } from '../../offline/stored.ts';
import { allowableOriginOf } from '../../policy/slide-hosts.ts';
import { type AppContext, notify } from '../app-context.ts';
import { formatAddress, type ViewAddress } from '../view/address.ts';

/** Registers the service worker and has everything kept, and tells of newer versions. Never rejects. */
export async function startKeeping({ store, baseUrl }: AppContext): Promise<void> {
  if (!canHaveWorker()) return;
  try {
    await registerWorker(baseUrl, {
      onUpdate: () =>
        notify(
          store,
          'info',
          'A newer version of Concentric is ready. Close its other windows and reload here, or close them all.',
          'update',
          'reload',
        ),
    });
    await workerInstalled(baseUrl);
    if (!window.crossOriginIsolated) {
      const message = 'Reload the page once, and models run on all cores of the processor.';
      notify(store, 'info', message, 'isolation', 'reload');
    }
    await keepAll(baseUrl);
  } catch (error) {
    // Without it the app works as before, with the network only.
    console.warn(
      `Nothing is kept for use without a network: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Loads the page anew, in a newer version if one waits and no other window needs this one. */
export async function reload({ baseUrl }: AppContext): Promise<void> {
  if (canHaveWorker()) await letNewerIn(baseUrl);
  window.location.reload();
}

/** Asks the user to allow the host of `link`, which the policy barred; `address` brings back what was wanted. */
export function requestHost({ store, baseUrl }: AppContext, link: string, address: ViewAddress): void {
  const host = allowableOriginOf(link, baseUrl);
  if (host !== null) store.setState({ hostRequest: { host, address, canAllow: canHaveWorker() } });
}

/** Allows the host that was asked for, and loads the page anew with what was wanted. @throws Error */
export async function allowHost({ store, baseUrl }: AppContext): Promise<void> {
  const { hostRequest } = store.getState();
  if (hostRequest === null) return;
  await writeAllowedHosts(baseUrl, [...(await readAllowedHosts(baseUrl)), hostRequest.host]);
  await ensureWorker(baseUrl);
  await workerInstalled(baseUrl);
  window.location.assign(new URL(formatAddress(hostRequest.address), baseUrl));
}

/** Takes a host back; it holds from the next time the page is loaded. */
export async function takeHostBack(context: AppContext, host: string): Promise<void> {
  const { store, baseUrl } = context;
  const hosts = await readAllowedHosts(baseUrl);
  await writeAllowedHosts(
    baseUrl,
    hosts.filter((one) => one !== host),
  );
  await refreshStored(context);
  const message = `${host} was taken back. Reload the page: from then on nothing is read from there.`;
  notify(store, 'info', message, 'host', 'reload');
}

export async function refreshStored({ store, baseUrl }: AppContext): Promise<void> {
  store.setState({ stored: await readStored(baseUrl) });
}

export async function forgetEverything(context: AppContext): Promise<void> {
  await deleteStored(context.baseUrl);
  await refreshStored(context);
}
