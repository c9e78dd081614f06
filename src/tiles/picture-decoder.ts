// Pictures to pixels and back, by the browser. Colours are never converted on the way, or the model and the eye would
// see different slides; transparent parts become white, the colour of glass.

import { damagedTile } from '../slides/damaged-tile.ts';
import type { PictureCore } from '../slides/slide-source.ts';

/** Rows of RGBA, alpha 255. */
export interface TilePixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** What may differ from the core's size. */
export interface AllowedSize {
  readonly slackPx?: number | undefined;
  readonly isWholeLevel?: boolean | undefined;
}

export interface PictureDecoder {
  /**
   * The rectangle `core` (px) of the picture in `blob`. Where the picture ends up to `slackPx` before the core, its last
   * row or column is repeated; with `isWholeLevel` the picture must not be larger than the core.
   * @throws Failure `damaged` when it is no picture or not of the size it should have.
   */
  decode(blob: Blob, core: PictureCore, allowed?: AllowedSize): Promise<TilePixels>;
  /** The same pixels for the screen; the receiver closes it, or says `handedOut` when it goes to another thread. */
  toBitmap(pixels: TilePixels): Promise<ImageBitmap>;
  handedOut(bitmap: ImageBitmap): void;
  /** ImageBitmaps made and neither closed nor handed out. */
  readonly openBitmaps: number;
}

const UNCHANGED = { colorSpaceConversion: 'none', premultiplyAlpha: 'none', imageOrientation: 'from-image' } as const;

export class BrowserPictureDecoder implements PictureDecoder {
  openBitmaps = 0;
  #canvas: OffscreenCanvasRenderingContext2D | null = null;

  async decode(
    blob: Blob,
    core: PictureCore,
    { slackPx = 0, isWholeLevel = false }: AllowedSize = {},
  ): Promise<TilePixels> {
    let picture: ImageBitmap;
    try {
      picture = await createImageBitmap(blob, UNCHANGED);
    } catch (cause) {
      throw damagedTile('its picture could not be decoded', cause);
    }
    this.openBitmaps++;
    try {
      const { x, y, width, height } = core;
      const [lackingX, lackingY] = [x + width - picture.width, y + height - picture.height];
      const isLarger = isWholeLevel && Math.min(lackingX, lackingY) < -slackPx;
      if (Math.max(lackingX, lackingY) > slackPx || isLarger) {
        const said = `${picture.width} x ${picture.height} px, ${isLarger ? 'larger' : 'smaller'} than the slide says`;
        throw damagedTile(`it is ${said}`);
      }
      const canvas = this.#canvasOf(width, height);
      canvas.fillStyle = 'white';
      canvas.fillRect(0, 0, width, height);
      // What the picture lacks at its end is its last row and column: drawn first, shifted, and then over by itself.
      for (let shiftX = Math.max(0, lackingX); shiftX >= 0; shiftX--) {
        for (let shiftY = Math.max(0, lackingY); shiftY >= 0; shiftY--)
          canvas.drawImage(picture, shiftX - x, shiftY - y);
      }
      return { width, height, data: canvas.getImageData(0, 0, width, height).data as Uint8ClampedArray<ArrayBuffer> };
    } finally {
      this.#close(picture);
    }
  }

  async toBitmap({ data, width, height }: TilePixels): Promise<ImageBitmap> {
    const bitmap = await createImageBitmap(new ImageData(data, width, height), UNCHANGED);
    this.openBitmaps++;
    return bitmap;
  }

  handedOut(_bitmap: ImageBitmap): void {
    this.openBitmaps--;
  }

  #close(bitmap: ImageBitmap): void {
    bitmap.close();
    this.openBitmaps--;
  }

  /** One canvas for all tiles; it only grows. Kept in main memory, since every pixel is read back. */
  #canvasOf(width: number, height: number): OffscreenCanvasRenderingContext2D {
    if (this.#canvas === null) {
      this.#canvas = new OffscreenCanvas(width, height).getContext('2d', { alpha: false, willReadFrequently: true });
      if (this.#canvas === null) throw new Error('No 2D canvas in this worker');
    }
    const { canvas } = this.#canvas;
    if (canvas.width < width) canvas.width = width;
    if (canvas.height < height) canvas.height = height;
    return this.#canvas;
  }
}
