// A small picture of a slide in a list; an empty frame of the same size where there is none.

import { useCallback } from 'react';
import { usePaintedCanvas } from '../use-painted-canvas.ts';

export function SlidePicture({ picture }: { readonly picture: Blob | undefined }) {
  const paint = useCallback(
    (canvas: HTMLCanvasElement) => {
      if (picture !== undefined) void draw(canvas, picture);
    },
    [picture],
  );
  const canvas = usePaintedCanvas(paint);
  return (
    <span className="slide-picture" aria-hidden="true">
      {picture !== undefined && <canvas ref={canvas} width={1} height={1} />}
    </span>
  );
}

async function draw(canvas: HTMLCanvasElement, picture: Blob): Promise<void> {
  // A picture that can't be read leaves the frame empty.
  const bitmap = await createImageBitmap(picture).catch(() => null);
  if (bitmap === null) return;
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
}
