// Lengths and areas of what is drawn on a slide, where a pixel may be wider than it is high. Pure.

import type { Point } from './geometry.ts';

/** um per level-0 px. Both 1 measures in pixels. */
export interface PixelSize {
  readonly mppX: number;
  readonly mppY: number;
}

/** um along a line through `points` (level-0 px). */
export function lengthOf(points: readonly Point[], { mppX, mppY }: PixelSize): number {
  return points.reduce((sum, point, index) => {
    const before = points[index - 1];
    return before === undefined ? sum : sum + Math.hypot((point.x - before.x) * mppX, (point.y - before.y) * mppY);
  }, 0);
}

/** um around an outline. */
export function perimeterOf(outline: readonly Point[], size: PixelSize): number {
  const [first] = outline;
  return first === undefined ? 0 : lengthOf([...outline, first], size);
}

/** um2 inside an outline that does not cross itself, whichever way round it goes (the shoelace formula). */
export function areaOf(outline: readonly Point[], { mppX, mppY }: PixelSize): number {
  const twice = outline.reduce((sum, point, index) => {
    const next = outline[(index + 1) % outline.length] ?? point;
    return sum + point.x * next.y - next.x * point.y;
  }, 0);
  return (Math.abs(twice) / 2) * mppX * mppY;
}

/**
 * The pixel size (um/px) with which the line from `from` to `to` (level-0 px) is `microns` long, when a pixel is `aspect`
 * times as high as it is wide; null when the line has no length.
 */
export function pixelSizeOfLine(from: Point, to: Point, microns: number, aspect: number): PixelSize | null {
  const widths = Math.hypot(to.x - from.x, (to.y - from.y) * aspect);
  return widths > 0 && microns > 0 ? { mppX: microns / widths, mppY: (microns / widths) * aspect } : null;
}

/** "87.3 µm", "1.24 mm": three figures. */
export function formatMicrons(microns: number): string {
  return microns < 1000 ? `${figures(microns)} µm` : `${figures(microns / 1000)} mm`;
}

/** "412 µm²", "0.0325 mm²": three figures. */
export function formatSquareMicrons(microns2: number): string {
  return microns2 < 10_000 ? `${figures(microns2)} µm²` : `${figures(microns2 / 1e6)} mm²`;
}

function figures(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toPrecision(3);
}
