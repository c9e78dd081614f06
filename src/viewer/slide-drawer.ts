// Draws the slide's tiles on a 2D canvas, for OpenSeadragon. Its own canvas drawer stretches every tile by a pixel to hide
// the seams and copies every bitmap to a canvas first; this one puts tile edges on whole device pixels, so that there is
// no seam, no stretch (at 1:1 a pixel of the slide is a pixel of the screen, unchanged) and no copy.

import { OpenSeadragon } from './openseadragon.ts';
import { OrientedCanvas, type UprightRaster } from './oriented-canvas.ts';
import { fitCanvas } from './screen-canvas.ts';
import { type Edges, SlideTileSource, tileDataType } from './slide-tile-source.ts';
import { viewportTransform } from './viewport-transform.ts';

/** Glass without tissue, until the tiles are there. */
const GLASS = '#ffffff';

export class SlideDrawer extends OpenSeadragon.DrawerBase {
  readonly #oriented = new OrientedCanvas();

  static override isSupported(): boolean {
    return true;
  }

  override getType(): string {
    return 'slide';
  }

  override getSupportedDataFormats(): string[] {
    return [tileDataType];
  }

  override canRotate(): boolean {
    return true;
  }

  override setImageSmoothingEnabled(): void {
    // Always smooth.
  }

  /** Called by OpenSeadragon's constructor, though its types don't say so. */
  _createDrawingElement(): HTMLCanvasElement {
    return document.createElement('canvas');
  }

  /** Called by OpenSeadragon for each frame that has changes; tiles come coarsest first. */
  draw(items: readonly OpenSeadragon.TiledImage[]): void {
    const size = this.viewport.getContainerSize();
    fitCanvas(this.canvas, { width: size.x, height: size.y });
    const item = items.find(({ source }) => source instanceof SlideTileSource);
    const source = item?.source;
    if (item === undefined || !(source instanceof SlideTileSource)) {
      this.canvas.getContext('2d')?.clearRect(0, 0, this.canvas.width, this.canvas.height);
      return;
    }
    this.#oriented.paint(this.canvas, viewportTransform(this.viewport, source.slide), (context, raster) =>
      this.#drawSlide(context, raster, item, source),
    );
  }

  override destroy(): void {
    super.destroy();
    this.canvas.width = 1;
    this.canvas.height = 1;
    this.canvas.remove();
  }

  #drawSlide(
    context: CanvasRenderingContext2D,
    { rect, scale }: UprightRaster,
    item: OpenSeadragon.TiledImage,
    source: SlideTileSource,
  ): void {
    const across = (x: number) => toWholePixel((x - rect.x) * scale);
    const down = (y: number) => toWholePixel((y - rect.y) * scale);
    const place = ({ left, top, right, bottom }: Edges) =>
      [across(left), down(top), across(right) - across(left), down(bottom) - down(top)] as const;
    const whole = place({ left: 0, top: 0, right: source.slide.width, bottom: source.slide.height });
    context.save();
    context.beginPath();
    context.rect(...whole);
    context.clip();
    context.fillStyle = GLASS;
    context.fillRect(...whole);
    for (const { tile } of item.getTilesToDraw()) {
      const bitmap: unknown = this.getDataToDraw(tile);
      if (bitmap instanceof ImageBitmap) {
        context.drawImage(bitmap, ...place(source.tileEdges(tile.level, tile.x, tile.y)));
      }
    }
    context.restore();
  }
}

/**
 * The nearest whole number, halves and what floating noise makes of them upwards: at 1:1 all edges of tiles may lie on
 * halves, and if some went up and some down the tiles would be stretched.
 */
function toWholePixel(devicePx: number): number {
  return Math.round(devicePx + 1e-4);
}
