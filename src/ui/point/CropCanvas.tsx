// One crop's pixels on a canvas, one canvas pixel a crop pixel; CSS scales it.

import { useCallback } from 'react';
import type { Crop } from '../../state/concentric.ts';
import { usePaintedCanvas } from '../use-painted-canvas.ts';

export function CropCanvas({ crop, label }: { readonly crop: Crop; readonly label: string }) {
  const paint = useCallback(
    (canvas: HTMLCanvasElement) => canvas.getContext('2d')?.putImageData(cropImage(crop), 0, 0),
    [crop],
  );
  const canvas = usePaintedCanvas(paint);
  return <canvas ref={canvas} width={crop.width} height={crop.height} role="img" aria-label={label} />;
}

/** The crop as canvases take it. The pixels are copied: those that came from a worker may share memory. */
export function cropImage({ data, width, height }: Crop): ImageData {
  return new ImageData(new Uint8ClampedArray(data), width, height);
}
