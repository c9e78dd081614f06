// Waiting for the screen.

/** After the frame that is due was drawn. A hidden page draws none; then there is nothing to wait for. */
export function nextFrame(): Promise<void> {
  if (document.hidden) return Promise.resolve();
  return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}
