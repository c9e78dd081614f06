// Where the service worker lies in dist/: at the root, since it answers for the folder it lies in. It is known to the
// build that writes it and the server that sends it.

export const serviceWorkerFile = 'service-worker.js';
