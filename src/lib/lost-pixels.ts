// When the browser's graphics process ends (a driver that is reset does that) what canvases showed is gone, and nobody
// paints it again by itself. Large canvases are told by the browser, small ones are not: who is told tells all.

const pixelsLost = 'pixels-lost';

/** Runs `repaint` whenever the pixels of `canvas` were lost while it is on the page. Returns the function that ends this. */
export function whenPixelsLost(canvas: HTMLCanvasElement, repaint: () => void): () => void {
  canvas.addEventListener('contextrestored', tellAll);
  canvas.addEventListener(pixelsLost, repaint);
  return () => {
    canvas.removeEventListener('contextrestored', tellAll);
    canvas.removeEventListener(pixelsLost, repaint);
  };
}

function tellAll(): void {
  for (const canvas of document.querySelectorAll('canvas')) canvas.dispatchEvent(new Event(pixelsLost));
}
