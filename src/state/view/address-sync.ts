// Keeps the browser's address bar on the view, so that a copied link brings it back. At most a few times a second:
// browsers refuse pages that change their address more often.

import { type AppContext, notify } from '../app-context.ts';
import type { Models } from '../models.ts';
import type { Slides } from '../slides/slides.ts';
import { formatAddress, type ParsedAddress, parseAddress, type ViewAddress } from './address.ts';

const writeEveryMs = 300;

/** The address the page was opened with; what was bad in it is told. */
export function readAddress(context: AppContext): ParsedAddress {
  const parsed = parseAddress(window.location.search);
  for (const problem of parsed.problems) notify(context.store, 'warning', problem);
  return parsed;
}

/** Follows the store from now on. */
export function followView(context: AppContext, slides: Slides, models: Models): void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const write = () => {
    timer = null;
    const query = formatAddress(currentAddress(context, slides, models));
    if (query !== window.location.search) {
      window.history.replaceState(window.history.state, '', `${window.location.pathname}${query}`);
    }
  };
  context.store.subscribe((state, previous) => {
    const changed =
      state.view !== previous.view ||
      state.slide !== previous.slide ||
      state.model !== previous.model ||
      state.layer !== previous.layer;
    if (changed && timer === null) timer = setTimeout(write, writeEveryMs);
  });
}

/** What brings the present view back. */
export function currentAddress({ store }: AppContext, slides: Slides, models: Models): ViewAddress {
  const { view, layer } = store.getState();
  const slide = slides.current();
  const model = models.address();
  // Which drawer was asked for stands in the address alone: it was chosen when the page was opened.
  const { drawer } = parseAddress(window.location.search).address;
  const always = { ...(model === null ? {} : { model }), ...(drawer === undefined ? {} : { drawer }) };
  // A file of the own computer can't be named in a link; its coordinates would then be shown on the phantom.
  if (slide === null || slide.address === null) return always;
  return {
    slide: slide.address,
    ...always,
    ...(view === null ? {} : { x: view.x, y: view.y }),
    ...(view === null || slide.info.mpp === null ? {} : { magnification: view.magnification }),
    ...(view?.rotation === undefined ? {} : { rotation: view.rotation }),
    ...(view?.flipped === true ? { flipped: true } : {}),
    layer: layer.visible ? layer.name : 'none',
    opacity: layer.opacity,
  };
}
