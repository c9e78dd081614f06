// A canvas that shows what a function paints, also after the browser lost its pixels.

import { type RefObject, useEffect, useRef } from 'react';
import { whenPixelsLost } from '../lib/lost-pixels.ts';

/** For the canvas element: `paint` fills it now, whenever `paint` is another function, and after a loss. */
export function usePaintedCanvas(paint: (canvas: HTMLCanvasElement) => void): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    paint(element);
    return whenPixelsLost(element, () => paint(element));
  }, [paint]);
  return canvas;
}
