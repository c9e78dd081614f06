// What the page says to the service worker, and what it answers on the port that comes along.

export type ServiceWorkerMessage =
  /** Keep everything that the app can do without a network; answered by a KeptCount once all is there. */
  | { readonly kind: 'keep-all' }
  /** Answered at once by a KeptCount. */
  | { readonly kind: 'count' }
  /** Take over from the version before; the page that asks is the only one open. */
  | { readonly kind: 'take-over' }
  /** Keep nothing any more: what is kept is about to be deleted. Answered by a KeptCount. */
  | { readonly kind: 'forget' };

/** Files of the app, the models among them. */
export interface KeptCount {
  readonly kept: number;
  readonly total: number;
}
