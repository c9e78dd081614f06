// A second view beside the first: the same slide without its layer, or another slide. The two move together while they are
// linked; unlinked, the second can be laid right and linked again as it then stands.

import { Latest } from '../../lib/latest.ts';
import type { SlideDescription } from '../../slides/slide-source.ts';
import type { ViewPosition } from '../../viewer/view-position.ts';
import { type AppContext, asFailure, type CurrentSlide } from '../app-context.ts';
import { wantedSlide } from '../slides/slide-origin.ts';
import type { Slides } from '../slides/slides.ts';
import type { CompareState } from './compare-state.ts';
import { followedBy, linkOf, reversed, sameView, type ViewLink, type ViewUnit } from './linked-views.ts';
import { type MakeViewer, ViewerHost } from './viewer-host.ts';

export interface Compare {
  mount(element: HTMLElement): () => void;
  withoutLayer(): void;
  /** @throws Failure as opening a slide does; the view beside stays as it was. */
  withSlide(from: string | readonly File[]): Promise<void>;
  setLinked(linked: boolean): void;
  stop(): void;
  /** The first view moved. */
  follow(): void;
  /** The first slide, or its scale, changed. */
  setSlide(slide: CurrentSlide | null): void;
}

interface Beside {
  readonly handle: number;
  readonly description: SlideDescription;
  /** Opened for this view alone, to be closed with it. */
  readonly own: boolean;
}

/** Level-0 px that rounding may move a view. */
const SAME_PX = 0.01;

export function createCompare(context: AppContext, slides: Slides, makeViewer: MakeViewer): Compare {
  const { store, pixels, viewer, stats, kept, baseUrl } = context;
  const host = new ViewerHost(makeViewer, pixels, () => stats.refreshSoon(), 'Second view');
  const opening = new Latest('compare');
  let beside: Beside | null = null;
  let link: ViewLink | null = null;
  /** What the program set last, of each view: only one that differs was the user's doing. */
  let givenFirst: ViewPosition | null = null;
  let given: ViewPosition | null = null;
  /** The second view has come to where it belongs once; until then it can't lead. */
  let settled = false;
  let place: HTMLElement | null = null;

  const set = (compare: CompareState) => store.setState({ compare });
  const units = (): readonly [ViewUnit, ViewUnit] | null => {
    const first = slides.current()?.description;
    if (first === undefined || beside === null) return null;
    const second = beside.description;
    const known = first.mppX !== null && second.mppX !== null;
    return [known ? unitOf(first) : pixelUnit, known ? unitOf(second) : pixelUnit];
  };

  const follow = () => {
    const view = viewer.view();
    const unit = units();
    if (link === null || view === null || unit === null) return;
    // Set by the second view, which may be in the middle of a movement.
    if (givenFirst !== null && sameView(view, givenFirst, SAME_PX)) return;
    givenFirst = null;
    given = followedBy(view, link, ...unit);
    host.jump(given);
  };

  host.handle({
    onView(view) {
      const first = viewer.view();
      const unit = units();
      if (link === null || first === null || unit === null || given === null) return;
      if (sameView(view, given, SAME_PX)) {
        settled = true;
      } else if (settled && isUsed(place)) {
        given = view;
        givenFirst = followedBy(view, reversed(link), unit[1], unit[0]);
        viewer.jump(givenFirst);
      } else {
        // It has just been opened and shows the whole slide, or has another size now.
        host.jump(given);
      }
    },
    onClick: () => undefined,
    onPointer: () => undefined,
    onRegion: () => undefined,
    onShape: () => undefined,
    onTileTrouble: () => undefined,
  });

  const release = () => {
    if (beside?.own) void pixels.call('close', { handle: beside.handle }).then(() => stats.refreshSoon());
    beside = null;
    link = null;
    given = null;
    givenFirst = null;
    settled = false;
  };

  /** Links the view as it is with `view` of the slide beside; null fits that into its view first. */
  const show = (next: Beside, view: ViewPosition | null, name: string | null) => {
    release();
    beside = next;
    host.show(next, view);
    set({ status: 'open', name, linked: true });
    const first = viewer.view();
    if (first === null) return;
    link = linkOf(
      first,
      view ?? sameTissue(first, slides.current()?.description ?? next.description, next.description),
    );
    follow();
  };

  const compare: Compare = {
    mount(element) {
      place = element;
      const unmount = host.mount(element);
      const watch = new ResizeObserver(follow);
      watch.observe(element);
      follow();
      return () => {
        place = null;
        watch.disconnect();
        unmount();
      };
    },
    withoutLayer() {
      opening.abort();
      const slide = slides.need();
      show({ handle: slide.handle, description: slide.description, own: false }, viewer.view(), null);
    },
    withSlide: (from) =>
      opening.run(async (signal) => {
        slides.need();
        const before = store.getState().compare;
        const wanted = wantedSlide(from, await slides.list(), baseUrl);
        set({ status: 'opening', name: wanted.name, linked: true });
        try {
          const own = await kept.scaleOf(wanted.key);
          const scale = own === null ? wanted.listed : { ...own, source: 'user' as const };
          const { handle, description } = await pixels.call(
            'open',
            { origin: wanted.origin, ...(scale === null ? {} : { scale }) },
            { signal },
          );
          show({ handle, description, own: true }, null, wanted.name);
        } catch (error) {
          if (!signal.aborted) set(before.status === 'open' ? before : { status: 'none' });
          throw asFailure(error);
        }
      }),
    setLinked(linked) {
      const { compare: state } = store.getState();
      const [first, second] = [viewer.view(), host.view()];
      if (state.status !== 'open' || first === null || second === null) return;
      link = linked ? linkOf(first, second) : null;
      given = null;
      givenFirst = null;
      set({ ...state, linked });
      follow();
    },
    stop() {
      opening.abort();
      host.show(null, null);
      release();
      set({ status: 'none' });
    },
    follow,
    setSlide(slide) {
      if (beside === null) return;
      if (slide === null) compare.stop();
      else if (!beside.own && beside.handle !== slide.handle) compare.withoutLayer();
      else if (!beside.own) {
        beside = { ...beside, description: slide.description };
        host.setScale(slide.description);
        follow();
      }
    },
  };
  return compare;
}

/** The user's pointer is over it, or the keyboard's focus in it. */
function isUsed(element: HTMLElement | null): boolean {
  return element !== null && (element.matches(':hover') || element.contains(document.activeElement));
}

const pixelUnit: ViewUnit = { x: 1, y: 1 };

function unitOf({ mppX, mppY }: SlideDescription): ViewUnit {
  return { x: mppX ?? 1, y: mppY ?? 1 };
}

/** At the same place in proportion, which suits serial sections; as large on screen where both scales are known. */
function sameTissue(view: ViewPosition, first: SlideDescription, second: SlideDescription): ViewPosition {
  const known = first.mppX !== null && second.mppX !== null;
  return {
    ...view,
    x: (view.x / first.width) * second.width,
    y: (view.y / first.height) * second.height,
    magnification: known ? view.magnification : (view.magnification * first.width) / second.width,
  };
}
