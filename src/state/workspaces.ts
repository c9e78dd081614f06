// Keeps the user's work: saves the open slide's workspace in the browser at every change, lists what is kept, brings it
// back, and carries it as one file. A workspace begins with the first thing worth keeping: a region, a point, an analysis.

import { Failure } from '../lib/failure.ts';
import type { AnalysisResult } from '../results/analysis-result.ts';
import { type AppContext, notify } from './app-context.ts';
import type { AppState } from './app-state.ts';
import type { PointHistory } from './history.ts';
import type { Models } from './models.ts';
import type { Regions } from './regions.ts';
import type { Runs } from './runs.ts';
import { baseName, saveFile } from './save-file.ts';
import type { ShownLayer } from './shown-layer.ts';
import type { Slides } from './slides.ts';
import type { Workspace } from './workspace.ts';
import { openWorkspaceStore } from './workspace-store.ts';

export interface Workspaces {
  /** Just before the slide goes: what was not saved yet is. */
  leave(): void;
  list(): Promise<void>;
  /** @throws Failure `not-found`, or what opening its slide or its model says. */
  open(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  /** To the user's downloads. @throws Failure `not-found`. */
  save(id: string): Promise<void>;
  /** @throws Failure `damaged` when the file is no workspace. */
  importFile(file: File): Promise<void>;
}

interface Parts {
  readonly slides: Slides;
  readonly models: Models;
  readonly runs: Runs;
  readonly regions: Regions;
  readonly history: PointHistory;
  readonly layer: ShownLayer;
}

const saveAfterMs = 300;
/** The parts of the state that a workspace holds. */
const kept = ['view', 'layer', 'region', 'regions', 'history', 'model', 'run', 'slide'] as const;

export function createWorkspaces(context: AppContext, parts: Parts): Workspaces {
  const { store, viewer } = context;
  const { slides, models, runs } = parts;
  const database = openWorkspaceStore();
  let current: string | null = null;
  /** The result that is kept with the current workspace. */
  let keptResult: AnalysisResult | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let restoring = false;

  const show = (change: Partial<AppState['workspaces']>) =>
    store.setState((state) => ({ workspaces: { ...state.workspaces, ...change } }));

  const list = async () => show({ list: await database.list() });

  const snapshot = (id: string): Workspace | null => {
    const slide = slides.current();
    if (slide === null) return null;
    const { view, layer, region, regions, history } = store.getState();
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
      points: history,
      hasResult: runs.results() !== null,
    };
  };

  const save = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const { regions, history } = store.getState();
    const result = runs.results();
    if (current === null && regions.list.length === 0 && history.length === 0 && result === null) return;
    current ??= crypto.randomUUID();
    const workspace = snapshot(current);
    if (workspace === null) return;
    const isNew = result !== keptResult;
    keptResult = result;
    show({ current });
    database.put(workspace, ...(isNew ? [result] : [])).then(list, () => {
      const message = 'This browser keeps no data for this page: save your work as a file before you leave.';
      notify(store, 'warning', message, 'workspaces');
    });
  };

  store.subscribe((state, previous) => {
    if (restoring || state.slide.status !== 'open' || previous.slide.status !== 'open') return;
    if (kept.every((key) => state[key] === previous[key])) return;
    timer ??= setTimeout(save, saveAfterMs);
  });
  document.addEventListener('visibilitychange', () => {
    if (document.hidden && timer !== null) save();
  });

  const restore = async (workspace: Workspace, result: AnalysisResult | null) => {
    restoring = true;
    try {
      await openSlideOf(workspace, slides);
      await loadModelOf(workspace, models);
      // The model's arrival clears what was there.
      current = workspace.id;
      keptResult = result;
      parts.regions.restore(workspace.regions);
      parts.history.restore(workspace.points);
      store.setState({ region: workspace.region, layer: workspace.layer });
      viewer.setRegion(workspace.region);
      if (result !== null) runs.restore(result);
      parts.layer.refreshNames();
      parts.regions.recount();
      if (workspace.view !== null) await viewer.setView(workspace.view);
      show({ current });
    } finally {
      restoring = false;
    }
  };

  const need = async (id: string) => {
    const found = await database.get(id);
    if (found === null) throw new Failure('not-found', 'This work is no longer kept in this browser.');
    return found;
  };

  return {
    leave() {
      if (timer !== null) save();
      current = null;
      keptResult = null;
      show({ current });
    },
    list,
    async open(id) {
      if (timer !== null) save();
      const { workspace, result } = await need(id);
      await restore(workspace, result);
    },
    async remove(id) {
      if (id === current) {
        throw new Failure('busy', 'This is the work on the open slide, which is saved as you go. Close the slide first.');
      }
      await database.remove(id);
      await list();
    },
    async save(id) {
      if (id === current && timer !== null) save();
      const { workspace, result } = await need(id);
      const { writeWorkspace } = await import('./workspace-file.ts');
      const file = await writeWorkspace(workspace, result, `Concentric ${context.version}`);
      saveFile(file, `${baseName(workspace.slide.name)}-work.concentric.json`);
    },
    async importFile(file) {
      const { readWorkspace } = await import('./workspace-file.ts');
      const { workspace, result } = readWorkspace(await file.text());
      // Kept first: where its slide or model can't be opened now, it can be tried again from the list.
      await database.put(workspace, result);
      await list();
      await restore(workspace, result);
    },
  };
}

async function openSlideOf({ slide }: Workspace, slides: Slides): Promise<void> {
  const open = slides.current()?.info;
  const isOpen = open?.name === slide.name && open.width === slide.width && open.height === slide.height;
  if (slide.address === null) {
    if (isOpen) return;
    throw new Failure(
      'not-found',
      `This work is on a file of your computer, which a page cannot open by itself. Open ${slide.name} first, then this work.`,
    );
  }
  const mpp = slide.mppSource === 'user' && slide.mppX !== null && slide.mppY !== null ? (slide.mppX + slide.mppY) / 2 : null;
  const opened = await slides.open(slide.address, mpp === null ? {} : { mpp });
  if (opened.width !== slide.width || opened.height !== slide.height) {
    throw new Failure(
      'damaged',
      `${slide.name} is now ${opened.width} x ${opened.height} px and was ${slide.width} x ${slide.height} px: it is another picture, so the work on it is not shown. It stays in the list.`,
    );
  }
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
