// The loupe: a small view that follows the pointer (or the crosshair, when the pointer is elsewhere) and shows the slide
// several times larger, without the layer.

import type { Point } from '../../pyramid/geometry.ts';
import type { AppContext, CurrentSlide } from '../app-context.ts';
import { loupeEnlarges } from './loupe-power.ts';
import { type MakeViewer, ViewerHost } from './viewer-host.ts';

export interface Loupe {
  /** Gives the loupe its place; returns the function that takes it away. */
  mount(element: HTMLElement): () => void;
  setSlide(slide: CurrentSlide | null): void;
  pointer(at: Point | null): void;
  /** The view moved. */
  follow(): void;
}

export function createLoupe({ viewer, pixels, stats }: AppContext, makeViewer: MakeViewer): Loupe {
  const host = new ViewerHost(makeViewer, pixels, () => stats.refreshSoon(), 'Loupe');
  host.handle({
    onView: () => follow(),
    onClick: () => undefined,
    onPointer: () => undefined,
    onRegion: () => undefined,
    onShape: () => undefined,
    onTileTrouble: () => undefined,
  });
  let element: HTMLElement | null = null;
  let slide: CurrentSlide | null = null;
  let pointer: Point | null = null;

  function follow(): void {
    const view = viewer.view();
    if (element === null || view === null || viewer.viewer === null) return;
    const at = pointer ?? view;
    const { x, y } = viewer.viewer.placeOf(at);
    element.style.translate = `${x}px ${y}px`;
    host.jump({ ...view, x: at.x, y: at.y, magnification: view.magnification * loupeEnlarges });
  }

  const show = () => {
    host.show(
      element === null || slide === null ? null : { handle: slide.handle, description: slide.description },
      null,
    );
    follow();
  };

  return {
    mount(place) {
      const inner = document.createElement('div');
      inner.className = 'loupe-view';
      place.append(inner);
      element = place;
      const unmount = host.mount(inner);
      show();
      return () => {
        element = null;
        host.show(null, null);
        unmount();
        inner.remove();
      };
    },
    setSlide(next) {
      slide = next;
      show();
    },
    pointer(at) {
      pointer = at;
      follow();
    },
    follow,
  };
}
