// Draws the slide's tiles on a 2D canvas, for OpenSeadragon. Its own canvas drawer stretches every tile by a pixel to hide
// the seams and copies every bitmap to a canvas first; this one puts tile edges on whole device pixels, so that there is
// no seam, no stretch (at 1:1 a pixel of the slide is a pixel of the screen, unchanged) and no copy.

import { OpenSeadragon } from './openseadragon.ts';
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
    const { x: widthCssPx, y: heightCssPx } = this.viewport.getContainerSize();
    const width = Math.max(1, Math.round(widthCssPx * window.devicePixelRatio));
    const height = Math.max(1, Math.round(heightCssPx * window.devicePixelRatio));
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    const context = this.canvas.getContext('2d');
    if (context === null) throw new Error('The browser gives no 2D canvas.');
    context.clearRect(0, 0, width, height);
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
    const scaleX = this.canvas.width / (bounds.width * slide.width);
    const scaleY = this.canvas.height / (bounds.height * slide.width);
    /** Whole device px. */
    const place = ({ left, top, right, bottom }: Edges) => {
      const x = Math.round((left - bounds.x * slide.width) * scaleX);
      const y = Math.round((top - bounds.y * slide.width) * scaleY);
      const endX = Math.round((right - bounds.x * slide.width) * scaleX);
      const endY = Math.round((bottom - bounds.y * slide.width) * scaleY);
      return [x, y, endX - x, endY - y] as const;
    };
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
