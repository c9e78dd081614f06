// OpenSeadragon, set up for our use. It logs every tile that fails or is given up as an error; the tile source counts
// them and the interface says it in words, so that line is kept out of the console. All else it reports goes through.

import OpenSeadragon from 'openseadragon';

const report: (...message: unknown[]) => void = console.error.bind(console);

// Its own handle on the console, which its types leave out.
const shared = OpenSeadragon as unknown as { console: Console };
shared.console = Object.assign(Object.create(console) as Console, {
  error(...message: unknown[]) {
    if (!String(message[0]).startsWith('Tile %s failed to load')) report(...message);
  },
});

/** Puts OpenSeadragon's drawer by WebGL beside the others; the build keeps it apart. */
export async function loadWebglDrawer(): Promise<void> {
  await import('virtual:openseadragon-webgl');
}

export { OpenSeadragon };
