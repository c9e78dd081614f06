// All that helps to look at a slide, put together: turning, measuring, overview, loupe, second view, recent slides, the
// pictures beside the slide. app.ts tells it what happens; the interface calls its actions.

import type { Point } from '../../pyramid/geometry.ts';
import type { ViewPosition } from '../../viewer/view-position.ts';
import type { AppActions } from '../app-actions.ts';
import { type AppContext, actingOn, type CurrentSlide } from '../app-context.ts';
import { createAssociated } from '../slides/associated.ts';
import { createRecent } from '../slides/recent.ts';
import type { WantedSlide } from '../slides/slide-origin.ts';
import type { Slides } from '../slides/slides.ts';
import type { Compare } from './compare.ts';
import { createLoupe } from './loupe.ts';
import { createMeasuring, type Measuring } from './measuring.ts';
import { createOverview } from './overview.ts';
import type { MakeViewer } from './viewer-host.ts';

export type ViewingActions = Pick<
  AppActions,
  | 'setMagnification'
  | 'zoomBy'
  | 'fitSlide'
  | 'turnBy'
  | 'mirror'
  | 'setRotation'
  | 'setUpright'
  | 'finishMeasuring'
  | 'undoMeasuring'
  | 'stopMeasuring'
  | 'removeMeasurement'
  | 'clearMeasurements'
  | 'forgetKnownLine'
  | 'compareWithoutLayer'
  | 'compareWith'
  | 'setCompareLinked'
  | 'stopComparing'
  | 'setLoupe'
  | 'setOverviewShown'
  | 'mountOverview'
  | 'mountLoupe'
  | 'mountCompare'
  | 'openRecent'
  | 'forgetRecent'
  | 'watchSlideList'
  | 'showAssociated'
  | 'hideAssociated'
>;

export interface Viewing {
  readonly actions: ViewingActions;
  readonly measuring: Measuring;
  /** The slide goes. */
  leave(): void;
  /** None takes its place. */
  close(): void;
  opened(slide: CurrentSlide, wanted: WantedSlide): void;
  scaleChanged(): void;
  /** The view moved. */
  moved(): void;
  pointer(at: Point | null): void;
}

/** `setView` jumps to a view, and refuses one that makes no sense. */
export function createViewing(
  context: AppContext,
  slides: Slides,
  makeViewer: MakeViewer,
  setView: (view: ViewPosition) => Promise<void>,
): Viewing {
  const { store, viewer } = context;
  const measuring = createMeasuring(context, slides);
  const overview = createOverview(context);
  const recent = createRecent(context, slides);
  const beside = createAssociated(context, slides);
  const loupe = createLoupe(context, makeViewer);
  // The second view loads when it is first asked for.
  let compare: Compare | null = null;
  const comparing = async (): Promise<Compare> => {
    const { createCompare } = await import('./compare.ts');
    compare ??= createCompare(context, slides, makeViewer);
    return compare;
  };

  const act = actingOn(store);
  /** To what `change` makes of the view as it is. */
  const look = (change: (view: ViewPosition) => ViewPosition) =>
    act(() => {
      const view = viewer.view();
      return view === null ? undefined : setView(change(view));
    });

  return {
    measuring,
    actions: {
      setMagnification: (magnification) => look((view) => ({ ...view, magnification })),
      zoomBy: (factor) => viewer.viewer?.zoomBy(factor),
      fitSlide: () => viewer.viewer?.fit(),
      turnBy: (degrees) => viewer.viewer?.turnBy(degrees),
      mirror: () => viewer.viewer?.mirror(),
      setRotation: (rotation) => look((view) => ({ ...view, rotation })),
      setUpright: () => look(({ x, y, magnification }) => ({ x, y, magnification })),
      finishMeasuring: () => measuring.finish(),
      undoMeasuring: () => measuring.undo(),
      stopMeasuring: () => measuring.stop(),
      removeMeasurement: (id) => measuring.remove(id),
      clearMeasurements: () => measuring.clear(),
      forgetKnownLine: () => measuring.forgetKnownLine(),
      compareWithoutLayer: () => act(async () => (await comparing()).withoutLayer()),
      compareWith: (from) => act(async () => (await comparing()).withSlide(from)),
      setCompareLinked: (linked) => compare?.setLinked(linked),
      stopComparing: () => compare?.stop(),
      setLoupe: (shown) => store.setState({ loupe: shown }),
      setOverviewShown: (shown) => store.setState({ overviewShown: shown }),
      mountOverview: (element) => overview.mount(element),
      mountLoupe: (element) => loupe.mount(element),
      mountCompare: (element) => compare?.mount(element) ?? (() => undefined),
      openRecent: (key) => act(() => recent.open(key)),
      forgetRecent: (key) => act(() => recent.forget(key)),
      watchSlideList: () => recent.watch(),
      showAssociated: (index) => act(() => beside.show(index)),
      hideAssociated: () => beside.hide(),
    },
    leave() {
      store.setState({ pointer: null });
      measuring.clear();
      overview.setSlide(null);
      beside.hide();
      loupe.setSlide(null);
    },
    close: () => compare?.stop(),
    opened(slide, wanted) {
      const isListed = wanted.address !== null && store.getState().slides.some(({ id }) => id === wanted.id);
      void recent.note(wanted, isListed);
      overview.setSlide(slide);
      loupe.setSlide(slide);
      compare?.setSlide(slide);
    },
    scaleChanged() {
      measuring.forgetKnownLine();
      measuring.refresh();
      loupe.setSlide(slides.current());
      compare?.setSlide(slides.current());
    },
    moved() {
      overview.follow();
      loupe.follow();
      compare?.follow();
    },
    pointer(at) {
      store.setState({ pointer: at });
      measuring.pointer(at);
      loupe.pointer(at);
    },
  };
}
