// Elements on which a finger's stroke means something of their own.

/**
 * Keeps strokes over `element` from the browser, until `signal` is aborted. Where only `touch-action: none` says that nothing
 * scrolls, Chromium still lets a quick stroke glide on after the finger is lifted, and a tap on any button of the page only
 * ends the glide: for about a second no tap is heard.
 */
export function ownTouches(element: HTMLElement, signal: AbortSignal): void {
  const onMove = (event: TouchEvent) => event.cancelable && event.preventDefault();
  element.addEventListener('touchmove', onMove, { signal, passive: false });
}
