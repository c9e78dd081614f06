// Runs that a closed or crashed tab broke off: looks for one on the open slide with the loaded model, offers to go on
// with it, and does. Those that another window works on are left alone.

import { type AppContext, carryOut, notify } from '../app-context.ts';
import type { BrokenOffRun } from '../app-state.ts';
import type { Models } from '../models.ts';
import type { Slides } from '../slides/slides.ts';
import type { KeptRun } from './run-journal.ts';
import type { Runs } from './runs.ts';

export interface BrokenOff {
  /** The slide, its scale or the model changed, or a run ended: looks again. Nothing before `start`. */
  look(): void;
  /** The first picture is there: from now on it looks. */
  start(): void;
  /** Goes on with what is offered. */
  goOn(): void;
  /** Brings its rectangle into view, and marks it as the one to analyse. */
  show(): void;
  /** Lets it go. */
  discard(): void;
  /** Everything stored was deleted. */
  stop(): void;
}

export function createBrokenOff(
  context: AppContext,
  { slides, models, runs }: { readonly slides: Slides; readonly models: Models; readonly runs: Runs },
): BrokenOff {
  const { store, viewer, journal } = context;
  let started = false;
  let offered: KeptRun | null = null;

  const offer = (run: KeptRun | null) => {
    offered = run;
    const shown: BrokenOffRun | null =
      run === null
        ? null
        : { done: run.done, total: run.total, savedAt: run.savedAt, region: run.asked.region ?? null };
    store.setState({ brokenOff: shown });
  };

  const isOf = ({ slide, model }: KeptRun): boolean => {
    const open = slides.current();
    const loaded = models.loaded();
    if (open === null || loaded === null) return false;
    const { width, height, mppX, mppY } = open.description;
    const isSlide = slide.key === open.key && slide.width === width && slide.height === height;
    const isScale = slide.mppX === mppX && slide.mppY === mppY;
    return isSlide && isScale && model.id === loaded.id && model.version === loaded.version;
  };

  const look = async () => {
    if (!started) return;
    const left = await (await journal()).left().catch(() => []);
    offer(left.find(isOf) ?? null);
  };

  return {
    look: () => void look(),
    start() {
      started = true;
      void look();
    },
    goOn() {
      const run = offered;
      if (run === null) return;
      offer(null);
      const task = async () => {
        const view = await (await journal()).cellsOf(run);
        const gone = 'What was kept of this analysis is gone or damaged. Run the analysis anew.';
        if (view === null) notify(store, 'info', gone, 'run');
        else if (isOf(run)) await runs.goOn(run, view).done;
      };
      carryOut(store, task());
    },
    show() {
      const region = offered?.asked.region;
      if (region === undefined) return;
      store.setState({ region });
      viewer.setRegion(region);
      carryOut(store, viewer.showRect(region));
    },
    discard() {
      const run = offered;
      offer(null);
      if (run !== null)
        carryOut(
          store,
          journal()
            .then((kept) => kept.remove(run.id))
            .then(look),
        );
    },
    stop() {
      started = false;
      offer(null);
    },
  };
}
