// The composition root: starts the workers, joins them, wires the app, renders it. The one file that knows everything.

import './policy/no-webrtc.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { version } from '../package.json';
import { startPixels } from './crops/pixels-client.ts';
import { startInference } from './inference/inference-client.ts';
import { watchInference } from './inference/watched-inference.ts';
import { createApp } from './state/app.ts';
import type { Concentric } from './state/concentric.ts';
import { parseAddress } from './state/view/address.ts';
import { App } from './ui/App.tsx';
import { loadWebglDrawer } from './viewer/openseadragon.ts';
import { openBitmaps, SlideViewer } from './viewer/slide-viewer.ts';

declare global {
  interface Window {
    concentric: Concentric;
  }
}

const { drawer } = parseAddress(window.location.search).address;

// No await at this level: a script with one can't be shared by others, and the bundler then cuts it in dozens.
if (drawer === 'webgl') void loadWebglDrawer().then(start);
else start();

function start(): void {
  const pixels = startPixels();
  const inference = watchInference(startInference, pixels.openPort);
  const app = createApp({
    pixels: pixels.client,
    inference,
    makeViewer: (element, handlers, label) => new SlideViewer(element, handlers, { label }, drawer),
    viewerBitmaps: openBitmaps,
    baseUrl: new URL('.', window.location.href).href,
    version,
    legendWords: async (layer) => (await import('./ui/layers/layer-label.ts')).legendWords(layer),
  });
  window.concentric = app.concentric;

  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has no element with the id "root".');
  createRoot(root).render(
    <StrictMode>
      <App app={app} />
    </StrictMode>,
  );
}
