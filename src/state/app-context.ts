// What the parts of the app share: the store, the two workers, the viewer's host and the slide that is open. Each
// neighbouring file adds one kind of thing a user can do; app.ts puts them together.

import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AssociatedInfo, PixelsCalls, PixelsEvents } from '../crops/pixels.contract.ts';
import type { InferenceCalls, InferenceEvents } from '../inference/inference.contract.ts';
import { plainStyle } from '../layers/layer-style.ts';
import { isAbort } from '../lib/abort.ts';
import { Failure, isFailure } from '../lib/failure.ts';
import type { Client } from '../lib/worker-call.ts';
import type { GivenScale, SlideDescription, SlideInfo } from '../slides/slide-source.ts';
import type { AppState, Notice } from './app-state.ts';
import type { Kept } from './keeping/kept.ts';
import type { RunJournal } from './results/run-journal.ts';
import type { StatsMirror } from './stats-mirror.ts';
import { nothingMeasured } from './view/measure-state.ts';
import type { ViewerHost } from './view/viewer-host.ts';

/** The slide that is open. */
export interface CurrentSlide {
  /** Names it in calls of the pixels worker. */
  readonly handle: number;
  readonly description: SlideDescription;
  readonly associated: readonly AssociatedInfo[];
  readonly info: SlideInfo;
  /** What brings it back from an address; null for local files, which no address can name. */
  readonly address: string | null;
  /** The same slide has the same key at the next visit. */
  readonly key: string;
  /** What the slide list says of its scale. */
  readonly listed: GivenScale | null;
}

export interface AppContext {
  readonly store: StoreApi<AppState>;
  readonly pixels: Client<PixelsCalls, PixelsEvents>;
  readonly inference: Client<InferenceCalls, InferenceEvents>;
  readonly viewer: ViewerHost;
  readonly stats: StatsMirror;
  readonly kept: Kept;
  /** Loaded with the first run, or when the first slide is there. */
  readonly journal: () => Promise<RunJournal>;
  /** The page's folder, ending in "/": lists, models and the phantom are found from it. */
  readonly baseUrl: string;
  readonly version: string;
}

export function createAppStore(): StoreApi<AppState> {
  return createStore<AppState>(() => ({
    cohort: null,
    cohorts: [],
    furnished: false,
    slides: [],
    slideKeys: new Map(),
    recent: [],
    pictures: new Map(),
    associated: { status: 'hidden' },
    models: [],
    modelCards: {},
    stats: null,
    slide: { status: 'none' },
    model: { status: 'none' },
    point: { status: 'none' },
    exampleFields: null,
    run: idleRun,
    brokenOff: null,
    layer: { name: 'none', opacity: 0.6, visible: true, style: plainStyle },
    layerNames: ['none'],
    view: null,
    region: null,
    drawingRegion: false,
    pointer: null,
    measure: nothingMeasured,
    compare: { status: 'none' },
    loupe: false,
    overviewShown: true,
    regions: { list: [], members: {}, selected: null, tool: null, statistics: {}, canUndo: false, canRedo: false },
    history: [],
    work: { list: null, unreadable: 0, current: null },
    report: null,
    pictureAreas: {},
    drawingPicture: false,
    notices: [],
    hostRequest: null,
    stored: null,
  }));
}

export const idleRun: AppState['run'] = {
  status: 'idle',
  done: 0,
  mapped: 0,
  total: 0,
  cellsPerSecond: 0,
  secondsLeft: null,
  failure: null,
  hasResults: false,
  classCells: [],
  cellMm2: null,
  areaMm2: null,
  doubt: null,
  unread: 0,
};

let nextNoticeId = 1;

/** Tells the user something once: the same sentence, or one of the same `topic`, takes the place of the one before. */
export function notify(
  store: StoreApi<AppState>,
  kind: Notice['kind'],
  message: string,
  topic = message,
  action?: Notice['action'],
): void {
  store.setState((state) => {
    const others = state.notices.filter((notice) => notice.topic !== topic);
    return {
      notices: [
        ...others,
        { id: nextNoticeId++, kind, message, topic, ...(action === undefined ? {} : { action }) },
      ].slice(-5),
    };
  });
}

/** Takes back what was told of `topic`: it is over. */
export function withdraw(store: StoreApi<AppState>, topic: string): void {
  store.setState((state) => ({ notices: state.notices.filter((notice) => notice.topic !== topic) }));
}

/** Carries out what the user asked for; a failure becomes a notice, an abort or a superseded call stays silent. */
export function carryOut(store: StoreApi<AppState>, task: Promise<unknown>): void {
  task.catch((error: unknown) => {
    if (isAbort(error) || isFailure(error, 'superseded') || isFailure(error, 'cancelled')) return;
    notify(store, 'error', asFailure(error).message);
  });
}

/** As `carryOut`, for tasks that may fail at once, too. */
export function actingOn(store: StoreApi<AppState>): (task: () => unknown) => void {
  return (task) => carryOut(store, Promise.resolve().then(task));
}

/** A failure for anything caught, so that nobody meets a raw error; a bug is logged as well. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  console.error(error);
  const what = error instanceof Error ? error.message : String(error);
  return new Failure('bad-argument', `Something unexpected went wrong (${what}). Try again, or reload the page.`, {
    cause: error,
  });
}
