// The fields of one spot of the phantom, for who has not asked about a spot yet. They are cut from the slide as all others
// are; whatever slide is open, and whether a model is loaded, does not matter. Loaded when first asked for.

import { cropField, cropRegion } from '../../crops/crop-field.ts';
import type { AppContext } from '../app-context.ts';
import type { Crop } from '../concentric.ts';
import { wantedSlide } from '../slides/slide-origin.ts';
import type { Slides } from '../slides/slides.ts';

/** Level-0 px of the phantom: a spot of one tissue with another near it. */
const spot = { x: 3200, y: 3200 };
/** um/px: 20x, 10x and 5x, of which "How it works" tells. */
const spacings = [0.5, 1, 2] as const;
const patchSizePx = 128;

/** Into the store, once. @throws Failure as opening a slide and reading it do. */
export async function showExampleFields(context: AppContext, slides: Slides): Promise<void> {
  const { store } = context;
  if (store.getState().exampleFields !== null) return;
  store.setState({ exampleFields: 'reading' });
  try {
    store.setState({ exampleFields: await readFields(context, slides) });
  } catch (error) {
    store.setState({ exampleFields: null });
    throw error;
  }
}

/** Finest first. */
async function readFields({ pixels, baseUrl }: AppContext, slides: Slides): Promise<readonly Crop[]> {
  const { origin } = wantedSlide('phantom', await slides.list(), baseUrl);
  const { handle, description } = await pixels.call('open', { origin });
  try {
    const fields = spacings.map((spacing) =>
      cropField(description, spot, { spacing, patchSizePx, contextPx: 0, padding: 'white' }),
    );
    const rasters = await pixels.call('fields', { handle, fields, priority: 'visible' });
    return spacings.flatMap((spacing, index) => {
      const raster = rasters[index];
      return raster === undefined
        ? []
        : [{ spacing, ...raster, region: cropRegion(description, spot, spacing, patchSizePx) }];
    });
  } finally {
    void pixels.call('close', { handle });
  }
}
