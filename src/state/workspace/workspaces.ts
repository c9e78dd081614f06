// Keeps the user's work: saves the open slide's workspace in the browser at every change, lists what is kept, brings it
// back, and carries it as one file. A workspace begins with the first thing worth keeping: a region, a point, an analysis.
// Loaded after the first picture.

import { Failure } from '../../lib/failure.ts';
import type { AnalysisResult } from '../../results/analysis-result.ts';
import { type AppContext, type CurrentSlide, notify, withdraw } from '../app-context.ts';
import type { AppState } from '../app-state.ts';
import type { Models } from '../models.ts';
import type { PointHistory } from '../points/history.ts';
import type { Points } from '../points/points.ts';
import { layResult } from '../results/lay-result.ts';
import type { Runs } from '../results/runs.ts';
import { baseName, saveFile } from '../results/save-file.ts';
import type { ShownLayer } from '../results/shown-layer.ts';
import type { Slides } from '../slides/slides.ts';
import type { Regions } from './regions.ts';
import { listedWork, type Workspace } from './workspace.ts';
import { openWorkspaceStore, type StoredWork } from './workspace-store.ts';

export interface Workspaces {
  /** Just before the slide goes: what was not saved yet is. */
  leave(): void;
  /** A slide is open: says so when work on it is kept. */
  opened(): void;
  refresh(): Promise<void>;
  /** @throws Failure `not-found`, or what opening its slide or its model says. */
  open(id: string): Promise<void>;
  /** @throws Failure `busy` for the work on the open slide. */
  remove(id: string): Promise<void>;
  /** To the user's downloads. @throws Failure `not-found`. */
  save(id: string): Promise<void>;
  /** @throws Failure `damaged` when the file is no workspace. */
  importFile(file: File): Promise<void>;
  /** Everything stored was deleted: nothing more is stored before the page is loaded anew. */
  stop(): void;
}

export interface WorkspaceParts {
  readonly slides: Slides;
  readonly models: Models;
  readonly runs: Runs;
  readonly regions: Regions;
  readonly history: PointHistory;
  readonly points: Points;
  readonly layer: ShownLayer;
}

const saveAfterMs = 300;
/** The parts of the state that a workspace holds; of the run only how it stands, not each of its steps. */
const kept = ['view', 'layer', 'region', 'regions', 'history', 'point', 'model', 'slide'] as const;
const topic = 'work';
const lostAnalysis =
  'The analysis of this work was kept by another version or is damaged, and can’t be read. Regions and points are whole. Run the analysis again.';

export function createWorkspaces(context: AppContext, parts: WorkspaceParts): Workspaces {
  const { store, viewer } = context;
  const { slides, models, runs } = parts;
  const database = openWorkspaceStore();
  let current: string | null = null;
  /** The result that is kept with the current workspace. */
  let keptResult: AnalysisResult | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let restoring = false;
  let stopped = false;

  const show = (change: Partial<AppState['work']>) =>
    store.setState((state) => ({ work: { ...state.work, ...change } }));

  const stored = async (): Promise<StoredWork> => {
    const nothing = { works: [], unreadable: 0 };
    return stopped ? nothing : database.list().catch(() => nothing);
  };

  const refresh = async () => {
    const { works, unreadable } = await stored();
    show({ list: works.map(listedWork), unreadable });
  };

  const snapshot = (id: string, hasResult: boolean): Workspace | null => {
    const slide = slides.current();
    if (slide === null) return null;
    const { view, layer, region, regions, history, point } = store.getState();
    const { name, width, height, mppX, mppY, mppSource } = slide.info;
    const model = models.loaded();
    return {
      id,
      savedAt: Date.now(),
      slide: { id: slide.info.id, name, width, height, mppX, mppY, mppSource, address: slide.address },
      model: model === null ? null : { id: model.id, title: model.title, address: models.address() },
      view,
      layer,
      region,
      regions: regions.list,
      regionMembers: regions.members,
      points: history,
      point: point.status === 'done' ? point.at : null,
      hasResult,
    };
  };

  const save = async (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (stopped) return;
    const { regions, history, run } = store.getState();
    const result = runs.results();
    if (current === null && regions.list.length === 0 && history.length === 0 && result === null) return;
    // While a run goes on the analysis before it is kept. Where it went for good (another model, another scale), it stays
    // in the list as it was, and what comes now is other work.
    const isGoing = ['starting', 'running', 'paused'].includes(run.status);
    if (result === null && keptResult !== null && !isGoing) [current, keptResult] = [null, null];
    current ??= crypto.randomUUID();
    const isNew = result !== null && result !== keptResult;
    const before = keptResult;
    if (isNew) keptResult = result;
    const workspace = snapshot(current, keptResult !== null);
    if (workspace === null) return;
    show({ current });
    try {
      await database.put(workspace, ...(isNew ? [result] : []));
      if (isNew) runs.saved(result);
      const others = (store.getState().work.list ?? []).filter(({ id }) => id !== workspace.id);
      show({ list: [listedWork(workspace), ...others] });
    } catch {
      // Tried again at the next change.
      if (isNew && keptResult === result) keptResult = before;
      const message = 'This browser keeps no data for this page: save your work as a file before you leave.';
      notify(store, 'warning', message, topic);
    }
  };

  store.subscribe((state, previous) => {
    if (restoring || state.slide.status !== 'open' || previous.slide.status !== 'open') return;
    if (kept.every((key) => state[key] === previous[key]) && state.run.status === previous.run.status) return;
    timer ??= setTimeout(save, saveAfterMs);
  });
  document.addEventListener('visibilitychange', () => {
    if (document.hidden && timer !== null) void save();
  });

  const leave = () => {
    if (timer !== null) void save();
    [current, keptResult] = [null, null];
    show({ current });
  };

  const offer = async () => {
    await refresh();
    const slide = slides.current();
    const { works } = await stored();
    const work = works.find((one) => slide !== null && isOf(one, slide));
    if (work === undefined || current !== null || restoring || slides.current() !== slide) return;
    const saved = new Date(work.savedAt).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' });
    notify(store, 'info', `Your work on this slide of ${saved} is kept.`, topic, { openWork: work.id });
  };

  const restore = async (workspace: Workspace, result: AnalysisResult | null) => {
    restoring = true;
    try {
      await openSlideOf(workspace, slides, leave);
      await loadModelOf(workspace, models);
      parts.points.clear();
      runs.clear();
      if (result !== null) await layResult(context, parts, result);
      parts.regions.restore(workspace.regions, workspace.regionMembers);
      parts.history.restore(workspace.points);
      store.setState({ region: workspace.region, layer: workspace.layer });
      viewer.setRegion(workspace.region);
      parts.layer.refreshNames();
      if (workspace.view !== null) await viewer.setView(workspace.view);
      if (workspace.point !== null) await parts.points.click(workspace.point, { isAgain: true });
      [current, keptResult] = [workspace.id, result];
      withdraw(store, topic);
      show({ current });
    } finally {
      restoring = false;
    }
  };

  const need = async (id: string) => {
    const found = await database.get(id);
    if (found === null)
      throw new Failure('not-found', 'This work is no longer kept in this browser. Open its file if you saved one.');
    const { checkWorkspace } = await import('./workspace-file.ts');
    return { ...found, workspace: checkWorkspace(found.workspace) };
  };

  if (slides.current() !== null) {
    timer = setTimeout(save, saveAfterMs);
    void offer();
  }

  return {
    leave,
    opened: () => void (restoring || offer()),
    refresh,
    async open(id) {
      if (timer !== null) await save();
      const { workspace, result } = await need(id);
      await restore(workspace, result === 'unreadable' ? null : result);
      if (result === 'unreadable') notify(store, 'warning', lostAnalysis, topic);
    },
    async remove(id) {
      if (id === current) {
        throw new Failure(
          'busy',
          'This is the work on the open slide, which is saved as you go. Close the slide first.',
        );
      }
      await database.remove(id);
      await refresh();
    },
    async save(id) {
      if (id === current && timer !== null) await save();
      const { workspace, result } = await need(id);
      if (result === 'unreadable') throw new Failure('damaged', lostAnalysis);
      const { writeWorkspace } = await import('./workspace-file.ts');
      const file = await writeWorkspace(workspace, result, `Concentric ${context.version}`);
      saveFile(file, `${baseName(workspace.slide.name)}-work.json`);
    },
    async importFile(file) {
      const { readWorkspace } = await import('./workspace-file.ts');
      const read = readWorkspace(await file.text());
      // Work of the same name in this browser may be newer: both are kept.
      const isKnown = (await database.get(read.workspace.id).catch(() => null)) !== null;
      const workspace = isKnown ? { ...read.workspace, id: crypto.randomUUID() } : read.workspace;
      // Kept first: where its slide or model can't be opened now, it can be tried again from the list.
      await database.put(workspace, read.result).catch(() => undefined);
      await refresh();
      await restore(workspace, read.result);
    },
    stop() {
      stopped = true;
      [current, keptResult] = [null, null];
      show({ current, list: [], unreadable: 0 });
    },
  };
}

function isOf({ slide }: Workspace, { address, info }: CurrentSlide): boolean {
  const { name, width, height } = info;
  return slide.address === address && slide.name === name && slide.width === width && slide.height === height;
}

/** The slide as it was, with its scale. `leave`: before work on the very slide that is open is put in place of what is there. */
async function openSlideOf({ slide }: Workspace, slides: Slides, leave: () => void): Promise<void> {
  const isSame = (open: { name: string; width: number; height: number } | undefined) =>
    open?.name === slide.name && open.width === slide.width && open.height === slide.height;
  if (slide.address !== null) await slides.open(slide.address);
  else if (isSame(slides.current()?.info)) leave();
  else {
    throw new Failure(
      'not-found',
      `This work is on a file of your computer, which a page cannot open by itself. Open ${slide.name} first, then this work.`,
    );
  }
  const { info } = slides.need();
  if (info.width !== slide.width || info.height !== slide.height) {
    throw new Failure(
      'damaged',
      `${slide.name} is now ${info.width} x ${info.height} px and was ${slide.width} x ${slide.height} px: it is another picture, so the work on it is not shown. It stays in the list; open the slide that it was made on.`,
    );
  }
  if (info.mppX === slide.mppX && info.mppY === slide.mppY) return;
  const { mppX, mppY, mppSource } = slide;
  await slides.calibrate(mppSource === 'user' && mppX !== null && mppY !== null ? { mppX, mppY } : null);
}

async function loadModelOf({ model }: Workspace, models: Models): Promise<void> {
  if (model === null || models.loaded()?.id === model.id) return;
  if (model.address === null) {
    throw new Failure(
      'model-not-found',
      `This work was done with a model of your own, ${model.title}. Load that model first, then open the work again.`,
    );
  }
  await models.load(model.address);
}
