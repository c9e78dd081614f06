// Draws the slide's tiles on a 2D canvas, for OpenSeadragon. Its own canvas drawer stretches every tile by a pixel to hide
// the seams and copies every bitmap to a canvas first; this one puts tile edges on whole device pixels, so that there is
// no seam, no stretch (at 1:1 a pixel of the slide is a pixel of the screen, unchanged) and no copy.

import { OpenSeadragon } from './openseadragon.ts';
import { context2d, fitCanvas } from './screen-canvas.ts';
import { type Edges, SlideTileSource, tileDataType } from './slide-tile-source.ts';

/** Glass without tissue, until the tiles are there. */
const GLASS = '#ffffff';

export class SlideDrawer extends OpenSeadragon.DrawerBase {
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
    return false;
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
    const context = context2d(this.canvas);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    for (const item of items) {
      if (item.source instanceof SlideTileSource) this.#drawSlide(context, item, item.source);
    }
  }

  override destroy(): void {
    super.destroy();
    this.canvas.width = 1;
    this.canvas.height = 1;
    this.canvas.remove();
  }

  #drawSlide(context: CanvasRenderingContext2D, item: OpenSeadragon.TiledImage, source: SlideTileSource): void {
    const { slide } = source;
    const bounds = this.viewport.getBounds(true);
    const widthPx = this.viewport.getContainerSize().x * window.devicePixelRatio;
    const scale = widthPx / (bounds.width * slide.width);
    const across = (x: number) => toWholePixel((x - bounds.x * slide.width) * scale);
    const down = (y: number) => toWholePixel((y - bounds.y * slide.width) * scale);
    const place = ({ left, top, right, bottom }: Edges) =>
      [across(left), down(top), across(right) - across(left), down(bottom) - down(top)] as const;
    const whole = place({ left: 0, top: 0, right: slide.width, bottom: slide.height });
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
