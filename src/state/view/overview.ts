// The overview map and the small pictures of slides: one read of the slide's coarse levels serves both. Slides without a
// level that is small enough get none: it would cost more than it shows.

import type { Raster } from '../../crops/pixels.contract.ts';
import type { SlideDescription } from '../../slides/slide-source.ts';
import type { OverviewMap } from '../../viewer/overview-map.ts';
import type { AppContext, CurrentSlide } from '../app-context.ts';

export interface Overview {
  /** Gives the map its place on the page; returns the function that takes it away. */
  mount(element: HTMLElement): () => void;
  /** Another slide, or none, is open. */
  setSlide(slide: CurrentSlide | null): void;
  /** The view moved. */
  follow(): void;
}

const LONGEST_PX = 320;
/** A coarsest level larger than this is not read for a small picture, px. */
const LARGEST_LEVEL_PX = 8_000_000;

export function createOverview({ pixels, viewer, kept, stats }: AppContext): Overview {
  let map: OverviewMap | null = null;
  let shown: { slide: CurrentSlide; picture: ImageBitmap | null } | null = null;

  const follow = () => {
    const view = viewer.view();
    if (map === null || viewer.viewer === null || view === null) return;
    map.look({ degrees: view.rotation ?? 0, flipped: view.flipped === true, corners: viewer.viewer.corners() });
  };

  const show = () => {
    map?.setSlide(shown?.slide.description ?? null, shown?.picture ?? null);
    follow();
  };

  const read = async (slide: CurrentSlide) => {
    const picture = await readSmallPicture(pixels, slide.handle, slide.description);
    stats.refreshSoon();
    if (picture === null || shown?.slide.handle !== slide.handle) {
      picture?.close();
      return;
    }
    shown = { slide, picture };
    show();
    const blob = await pictureBlob(picture);
    if (blob !== null) await kept.setThumbnail(slide.key, blob);
  };

  return {
    mount(element) {
      let made: OverviewMap | null = null;
      let isGone = false;
      void import('../../viewer/overview-map.ts').then(({ OverviewMap }) => {
        if (isGone) return;
        made = new OverviewMap(element, (at) => {
          const view = viewer.view();
          if (view !== null) viewer.jump({ ...view, x: at.x, y: at.y });
        });
        map = made;
        show();
      });
      return () => {
        isGone = true;
        if (map === made) map = null;
        made?.destroy();
      };
    },
    setSlide(slide) {
      const before = shown?.picture;
      shown = slide === null ? null : { slide, picture: null };
      show();
      before?.close();
      if (slide !== null) void read(slide);
    },
    follow,
  };
}

/** The whole slide small; null where that would mean reading too much, or it can't be read. */
export async function readSmallPicture(
  pixels: AppContext['pixels'],
  handle: number,
  description: SlideDescription,
  signal?: AbortSignal,
): Promise<ImageBitmap | null> {
  const coarsest = description.levels.at(-1);
  if (coarsest === undefined || coarsest.width * coarsest.height > LARGEST_LEVEL_PX) return null;
  try {
    const raster = await pixels.call(
      'thumbnail',
      { handle, longestSidePx: LONGEST_PX },
      signal === undefined ? {} : { signal },
    );
    return await bitmapOf(raster, description);
  } catch {
    // Its tiles can't be had, or the slide was closed: the viewer itself says what is wrong.
    return null;
  }
}

/** Without what reaches over the slide in the last column and row. */
function bitmapOf(
  { width, height, data, downsample }: Raster & { downsample: number },
  slide: SlideDescription,
): Promise<ImageBitmap> {
  const across = Math.max(1, Math.min(width, Math.round(slide.width / downsample)));
  const down = Math.max(1, Math.min(height, Math.round(slide.height / downsample)));
  // The map is drawn from it time and again: unlike a canvas it is not lost with the browser's graphics process.
  return createImageBitmap(new ImageData(data, width, height), 0, 0, across, down);
}

/** As it is kept. */
export function pictureBlob(picture: ImageBitmap): Promise<Blob | null> {
  const canvas = document.createElement('canvas');
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext('2d')?.drawImage(picture, 0, 0);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/webp', 0.8));
}
