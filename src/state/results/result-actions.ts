// What a user does with an analysis: runs one, goes on with it, removes it, and takes its results away.

import type { AppActions } from '../app-actions.ts';
import { type AppContext, actingOn } from '../app-context.ts';
import type { Slides } from '../slides/slides.ts';
import { type Regions, regionExtent } from '../workspace/regions.ts';
import type { BrokenOff } from './broken-off.ts';
import type { Exports } from './exports.ts';
import type { Runs } from './runs.ts';
import type { ShownLayer } from './shown-layer.ts';

export type ResultActions = Pick<
  AppActions,
  | 'startRun'
  | 'pauseRun'
  | 'resumeRun'
  | 'cancelRun'
  | 'retryUnread'
  | 'clearAnalysis'
  | 'goOnWithRun'
  | 'showBrokenOff'
  | 'discardBrokenOff'
  | 'downloadResults'
  | 'refreshPictureAreas'
  | 'savePicture'
  | 'showReport'
  | 'closeReport'
>;

export interface ResultParts {
  readonly slides: Slides;
  readonly runs: Runs;
  readonly layer: ShownLayer;
  readonly regions: Regions;
  readonly brokenOff: BrokenOff;
  /** Loaded when first asked for. */
  readonly exports: () => Promise<Exports>;
}

export function createResultActions({ store, viewer }: AppContext, parts: ResultParts): ResultActions {
  const { slides, runs, layer, regions, brokenOff, exports } = parts;
  const act = actingOn(store);
  const closeReport = () => {
    const { report } = store.getState();
    if (report !== null && report !== 'making') URL.revokeObjectURL(report.pictureUrl);
    store.setState({ report: null });
  };
  return {
    // What is there stays, beside what is new.
    startRun: (options) => act(() => runs.analyse({ extend: true, ...options }).done),
    pauseRun: () => runs.pause(),
    resumeRun: () => runs.resume(),
    cancelRun: () => runs.cancel(),
    retryUnread: () => act(() => runs.retryUnread().done),
    clearAnalysis() {
      const result = runs.results();
      runs.clear();
      if (result !== null) runs.saved(result);
      layer.apply();
      regions.recount();
    },
    goOnWithRun: () => brokenOff.goOn(),
    showBrokenOff: () => brokenOff.show(),
    discardBrokenOff: () => brokenOff.discard(),
    downloadResults: (format) => act(async () => (await exports()).download(format)),
    refreshPictureAreas() {
      const slide = slides.current();
      const view = viewer.visibleRect();
      const region = regionExtent(store.getState(), store.getState().regions.selected ?? '');
      const analysed = runs.results()?.region ?? null;
      const found = {
        view,
        region,
        analysed,
        whole: slide === null ? null : { x: 0, y: 0, width: slide.info.width, height: slide.info.height },
      };
      store.setState({ pictureAreas: Object.fromEntries(Object.entries(found).filter(([, rect]) => rect !== null)) });
    },
    savePicture: (wish) =>
      act(async () => {
        store.setState({ drawingPicture: true });
        await (await exports()).savePicture(wish).finally(() => store.setState({ drawingPicture: false }));
      }),
    showReport: () =>
      act(async () => {
        closeReport();
        store.setState({ report: 'making' });
        const report = await (await exports()).makeReport().catch((error: unknown) => {
          store.setState({ report: null });
          throw error;
        });
        if (store.getState().report === 'making') store.setState({ report });
        else URL.revokeObjectURL(report.pictureUrl);
      }),
    closeReport,
  };
}
