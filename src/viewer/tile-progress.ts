// Says on the slide's element whether every tile of the view is drawn: `data-tiles` is "loading" until they are, then
// "drawn"; without a slide there is none. For whoever waits for a picture that stands: tests, and scripts that take one.
// A tile that can't be had is not waited for.

import type { OpenSeadragon } from './openseadragon.ts';

/** Keeps `data-tiles` of the viewer's canvas right, from now on. */
export function tellTileProgress({ canvas, world }: OpenSeadragon.Viewer): void {
  world.addHandler('add-item', ({ item }) => {
    canvas.dataset.tiles = 'loading';
    // Told before the frame that has the last of them is drawn, and within the same task.
    item.addHandler('fully-loaded-change', ({ fullyLoaded }) => {
      canvas.dataset.tiles = fullyLoaded ? 'drawn' : 'loading';
    });
  });
  world.addHandler('remove-item', () => {
    delete canvas.dataset.tiles;
  });
}
