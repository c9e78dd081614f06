// A canvas whose pixels are the screen's: none is resampled, also where the browser's zoom gives a CSS pixel a fraction of
// device pixels. It then reaches a little over its element, which clips it.

/** CSS px to look for a length that is whole in device px too: enough for a ratio in tenths or twelfths. */
const SEARCH_PX = 12;
const TOLERANCE_PX = 1e-3;

/** Sizes `canvas` for an element of this size (whole CSS px); what was on it is lost when the size changes. */
export function fitCanvas(
  canvas: HTMLCanvasElement,
  element: { readonly width: number; readonly height: number },
): void {
  const ratio = window.devicePixelRatio;
  const across = wholeLength(element.width, ratio);
  const down = wholeLength(element.height, ratio);
  if (canvas.width !== across.devicePx || canvas.height !== down.devicePx) {
    canvas.width = across.devicePx;
    canvas.height = down.devicePx;
  }
  canvas.style.width = `${across.cssPx}px`;
  canvas.style.height = `${down.cssPx}px`;
}

/** The shortest length of at least `cssPx` that is whole both in CSS and in device px, if there is one a few px away. */
export function wholeLength(cssPx: number, ratio: number): { cssPx: number; devicePx: number } {
  const shortest = Math.max(1, Math.ceil(cssPx));
  for (let length = shortest; length < shortest + SEARCH_PX; length++) {
    const devicePx = Math.round(length * ratio);
    if (Math.abs(devicePx - length * ratio) < TOLERANCE_PX) return { cssPx: length, devicePx };
  }
  const devicePx = Math.ceil(shortest * ratio);
  return { cssPx: devicePx / ratio, devicePx };
}

/** @throws Error when the browser gives no 2D canvas. */
export function context2d(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('The browser gives no 2D canvas.');
  return context;
}
