// Puts the parts together: the store and actions the interface uses, and `window.concentric`. Orchestration lives here
// and in the neighbouring files, not in components.

import type { PixelsCalls, PixelsEvents } from '../crops/pixels.contract.ts';
import type { InferenceCalls, InferenceEvents } from '../inference/inference.contract.ts';
import { Failure, isFailure } from '../lib/failure.ts';
import type { Client } from '../lib/worker-call.ts';
import type { ViewPosition } from '../viewer/view-position.ts';
import type { App, AppActions } from './app-actions.ts';
import { type AppContext, actingOn, carryOut, createAppStore, notify, withdraw } from './app-context.ts';
import type { AppState } from './app-state.ts';
import type { Concentric } from './concentric.ts';
import { createKeepingActions } from './keeping/keeping-actions.ts';
import { openKept } from './keeping/kept.ts';
import { createModels } from './models.ts';
import { createHistory } from './points/history.ts';
import { createPoints } from './points/points.ts';
import { createBrokenOff } from './results/broken-off.ts';
import type { LegendWords } from './results/picture.ts';
import { createResultActions } from './results/result-actions.ts';
import type { ResultsFiles } from './results/results-files.ts';
import type { RunJournal } from './results/run-journal.ts';
import { createRuns } from './results/runs.ts';
import { createShownLayer } from './results/shown-layer.ts';
import { fetchCohortList } from './slides/slide-list.ts';
import { createSlides } from './slides/slides.ts';
import { StatsMirror } from './stats-mirror.ts';
import type { ViewAddress } from './view/address.ts';
import { currentAddress, followView, readAddress } from './view/address-sync.ts';
import { createDrawingActions } from './view/drawing-actions.ts';
import { type MakeViewer, ViewerHost } from './view/viewer-host.ts';
import { createViewing } from './view/viewing.ts';
import { createRegions } from './workspace/regions.ts';
import { createWork } from './workspace/work.ts';

export interface AppParts {
  readonly pixels: Client<PixelsCalls, PixelsEvents>;
  readonly inference: Client<InferenceCalls, InferenceEvents>;
  readonly makeViewer: MakeViewer;
  /** Bitmaps that the viewer holds. */
  readonly viewerBitmaps: () => number;
  /** The page's folder, ending in "/". */
  readonly baseUrl: string;
  readonly version: string;
  /** The words of a legend in an exported picture: the interface has them. */
  readonly legendWords: (layer: AppState['layer']) => Promise<LegendWords>;
}

const defaultSlide = 'phantom';
const defaultModel = 'phantom';
/** How long the view must rest before a run is told what is on screen. */
const lookAfterMs = 150;

export function createApp(parts: AppParts): App & { readonly concentric: Concentric } {
  const { pixels, inference, baseUrl, version } = parts;
  const store = createAppStore();
  const stats = new StatsMirror(pixels, inference, parts.viewerBitmaps, (now) => store.setState({ stats: now }));
  const furnish = () => {
    if (!store.getState().furnished) store.setState({ furnished: true });
  };
  const onTile = () => {
    stats.refreshSoon();
    furnish();
  };
  const viewer = new ViewerHost(parts.makeViewer, pixels, onTile, 'Slide');
  let openedJournal: Promise<RunJournal> | null = null;
  const journal = () => {
    openedJournal ??= import('./results/run-journal.ts').then(({ openRunJournal }) => openRunJournal());
    return openedJournal;
  };
  const context: AppContext = { store, pixels, inference, viewer, stats, kept: openKept(), journal, baseUrl, version };

  const slides = createSlides(context, {
    onLeave() {
      work.leave();
      points.clear();
      runs.clear();
      layer.apply();
      store.setState({ region: null, drawingRegion: false });
      viewer.setRegion(null);
      regions.draw(null);
      regions.restore([]);
      history.restore([]);
      viewing.leave();
    },
    onClose: () => viewing.close(),
    onOpen(slide, wanted) {
      viewing.opened(slide, wanted);
      work.opened();
      brokenOff.look();
    },
    // Fields and cells are sized in um: what was computed at another scale is not about this one.
    onScale() {
      points.clear();
      runs.clear();
      layer.apply();
      regions.recount();
      viewing.scaleChanged();
      brokenOff.look();
    },
  });
  const models = createModels(context, () => {
    points.clear();
    runs.clear();
    layer.refreshNames();
    regions.recount();
    brokenOff.look();
  });
  const history = createHistory(context);
  const points = createPoints(context, slides, models, history.add);
  const runs = createRuns(context, slides, models, {
    onStart: () => {
      layer.showFirst();
      regions.recount();
    },
    onCells: () => {
      layer.repaint();
      regions.recount();
    },
    onEnd: () => {
      layer.apply();
      regions.recountNow();
    },
  });
  const layer = createShownLayer(context, models, () => runs);
  const work = createWork(context, () => ({ slides, models, runs, regions, history, points, layer }));
  const brokenOff = createBrokenOff(context, { slides, models, runs });
  // Nothing is exported before there is a result.
  const exports = async () =>
    (await import('./results/exports.ts')).createExports(context, slides, models, runs, layer, parts.legendWords);
  const regions = createRegions(context, slides, { view: () => runs.view(), limits: () => runs.limits() });

  inference.on('notice', ({ message }) => notify(store, 'warning', message));

  let looking: ReturnType<typeof setTimeout> | null = null;
  viewer.handle({
    onView(view) {
      store.setState({ view });
      runs.viewMoved();
      viewing.moved();
      if (looking !== null) clearTimeout(looking);
      looking = setTimeout(() => {
        const visible = viewer.visibleRect();
        if (visible !== null) runs.lookAt(visible);
      }, lookAfterMs);
    },
    onClick(at) {
      if (!viewing.measuring.click(at)) carryOut(store, points.click(at));
    },
    onPointer: (at) => viewing.pointer(at),
    onRegion(region) {
      store.setState({ region, drawingRegion: false });
      viewer.setRegion(region);
    },
    onShape: (corners) => regions.drawn(corners),
    onTileTrouble({ waiting, lost }) {
      const tiles = (count: number) => (count === 1 ? 'One tile' : `${count} tiles`);
      const again =
        waiting === 0 ? '' : `${tiles(waiting)} of the slide could not be read yet and will be tried again. `;
      const blank =
        lost === 0 ? '' : `${tiles(lost)} of the slide could not be read and ${lost === 1 ? 'stays' : 'stay'} blank.`;
      if (waiting + lost > 0) notify(store, 'warning', `${again}${blank}`.trim(), 'tiles');
      else withdraw(store, 'tiles');
    },
  });

  const setView = async (view: ViewPosition) => {
    const numbers = [view.x, view.y, view.magnification, view.rotation ?? 0];
    if (!numbers.every(Number.isFinite) || view.magnification <= 0) {
      throw new Failure('bad-argument', 'A view needs finite x, y and rotation, and a magnification above 0.');
    }
    slides.need();
    await viewer.setView(view);
  };

  const viewing = createViewing(context, slides, parts.makeViewer, setView);

  const act = actingOn(store);

  let resultsFiles: Promise<ResultsFiles> | null = null;
  const loadedElsewhere = () => {
    resultsFiles ??= import('./results/results-files.ts').then(({ createResultsFiles }) =>
      createResultsFiles(context, { slides, models, runs }),
    );
    return resultsFiles;
  };
  /** A slide, or results and cohorts, which come by the same ways. */
  const openAny = async (from: string | readonly File[]) => {
    if (typeof from === 'string') {
      return /(^|\/)cohort\.json$/.test(from) ? (await loadedElsewhere()).openCohort(from) : slides.open(from);
    }
    const mayBeResults = from.some(({ name }) => name.endsWith('.json'));
    const [file] = from;
    if (mayBeResults && from.length === 1 && file !== undefined && (await work.openFile(file))) return undefined;
    if (mayBeResults && (await (await loadedElsewhere()).openFiles(from))) return undefined;
    return slides.open(from);
  };

  const keeping = () => import('./keeping/keeping.ts');
  /** As `task`; where the policy bars the host of `link`, the user is asked. `address` brings back what was wanted. */
  const orAskForHost = async <T>(task: Promise<T>, link: unknown, address: ViewAddress): Promise<T> => {
    try {
      return await task;
    } catch (error) {
      if (isFailure(error, 'host-not-allowed') && typeof link === 'string') {
        (await keeping()).requestHost(context, link, address);
      }
      throw error;
    }
  };

  const actions: AppActions = {
    ...viewing.actions,
    openSlide: (from) =>
      act(() => {
        const model = models.address();
        const wanted = { slide: String(from), ...(model === null ? {} : { model }) };
        return orAskForHost<unknown>(openAny(from), from, wanted);
      }),
    openCohort: (link) => act(async () => (await loadedElsewhere()).openCohort(link)),
    showCohort: (shown) => store.setState(({ cohort }) => ({ cohort: cohort === null ? null : { ...cohort, shown } })),
    openCohortRow: (row) => act(async () => (await loadedElsewhere()).openRow(row)),
    closeSlide: () => act(() => slides.close()),
    calibrate: (scale) => act(() => slides.calibrate(scale)),
    readModelCards: () => act(() => models.readCards()),
    loadModel: (idOrUrl, backend) =>
      act(() => {
        const wanted = { ...currentAddress(context, slides, models), model: String(idOrUrl) };
        return orAskForHost(models.load(idOrUrl, backend === undefined ? {} : { backend }), idOrUrl, wanted);
      }),
    classifyAt: (at) => act(() => points.click(at)),
    classifyCentre: () =>
      act(() => {
        const view = viewer.view();
        return view === null ? undefined : points.click({ x: view.x, y: view.y });
      }),
    clearPoint: () => points.clear(),
    readExampleFields: () =>
      act(async () => (await import('./points/example-fields.ts')).showExampleFields(context, slides)),
    setLayer: (name) => act(() => layer.set(name)),
    setLayerOpacity: (opacity) => act(() => layer.setOpacity(opacity)),
    toggleLayer: () => layer.toggle(),
    setLayerStyle: (change) => act(() => layer.setStyle(change)),
    ...createDrawingActions(context, { slides, regions, measuring: viewing.measuring }),
    ...createResultActions(context, { slides, runs, layer, regions, brokenOff, exports }),
    ...work.actions,
    ...createKeepingActions(context, async () => {
      await work.stop();
      brokenOff.stop();
    }),
    dismissNotice: (id) => store.setState((state) => ({ notices: state.notices.filter((notice) => notice.id !== id) })),
    mountViewer: (element) => viewer.mount(element),
  };

  const { address } = readAddress(context);
  const ready = openFirst(address).finally(furnish);
  followView(context, slides, models);
  void ready.then(whenIdle).then(async () => {
    await work.start();
    brokenOff.start();
    await (await keeping()).startKeeping(context);
  });

  /** Opens what the address names, else the phantom with its model. What can't be opened is told; ready resolves all the same. */
  async function openFirst(wanted: ViewAddress): Promise<void> {
    const attempt = async (task: Promise<unknown>) => {
      carryOut(store, task);
      await task.catch(() => undefined);
    };
    if (wanted.opacity !== undefined) layer.setOpacity(wanted.opacity);
    void slides.list();
    void fetchCohortList(baseUrl).then((cohorts) => store.setState({ cohorts }));
    void attempt(models.list());
    const { x, y, magnification, rotation = 0, flipped = false } = wanted;
    // Where mpp is unknown the address has no magnification: 1 CSS px a level-0 px is a start.
    const view =
      x === undefined || y === undefined
        ? {}
        : { view: { x, y, magnification: magnification ?? 1, rotation, flipped } };
    await Promise.all([
      attempt(orAskForHost(models.load(wanted.model ?? defaultModel), wanted.model, wanted)),
      attempt(orAskForHost(slides.open(wanted.slide ?? defaultSlide, view), wanted.slide, wanted)).then(() => {
        if (slides.current() === null) furnish();
      }),
    ]);
    if (wanted.layer !== undefined) {
      const name = wanted.layer;
      await attempt(Promise.resolve().then(() => layer.set(name)));
    }
  }

  const concentric: Concentric = {
    version,
    ready,
    openSlide: (from, options = {}) => slides.open(from, options),
    slide: () => slides.current()?.info ?? null,
    closeSlide: () => slides.close(),
    models: async () => (await models.list()).map(({ id, title, classNames }) => ({ id, title, classNames })),
    loadModel: (idOrUrl, options) => models.load(idOrUrl, options),
    readCrops: (at) => points.readCrops(at),
    classify: (at) => points.classify(at),
    similarity: (at, pair) => points.similarity(at, pair),
    analyse: (options) => runs.analyse(options),
    results: () => runs.results(),
    setLayer: (name) => layer.set(name),
    exportResults: async (format) => (await exports()).toBlob(format),
    view: () => viewer.view() ?? { x: 0, y: 0, magnification: 1 },
    setView,
    stats: () => stats.read(),
  };
  return { store, actions, concentric };
}

/** Once the page has nothing better to do. Not every browser tells. */
function whenIdle(): Promise<void> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in window) window.requestIdleCallback(() => resolve());
    else setTimeout(resolve, 0);
  });
}
