// Starts a module worker so that the page's content security policy binds it too. A worker loaded by its address takes
// its policy from its own response, which a static host does not send; one started from a blob inherits the page's.

/**
 * Starts the worker script at `scriptUrl`: what `import url from './x.worker.ts?worker&url'` gives.
 * `onFailure` hears when the script can't be loaded or throws where nothing catches.
 */
export function startWorker(scriptUrl: string, name: string, onFailure: (error: Error) => void): Worker {
  const address = new URL(scriptUrl, import.meta.url).href;
  const source = `import ${JSON.stringify(address)};\npostMessage({ kind: 'started' });`;
  const blobUrl = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(blobUrl, { type: 'module', name });
  const revoke = () => URL.revokeObjectURL(blobUrl);
  worker.addEventListener('message', revoke, { once: true });
  worker.addEventListener('error', (event) => {
    revoke();
    onFailure(new Error(`The ${name} worker failed: ${event.message || 'its script could not be loaded'}.`));
  });
  return worker;
}
