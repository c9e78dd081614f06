// What the user makes of a slide, put together: regions, the history of points, and the workspaces that keep them.
// Workspaces load after the first picture; before that there is nothing to keep.

import { Failure } from '../../lib/failure.ts';
import { wholePixelsOn } from '../../viewer/view-transform.ts';
import type { AppActions } from '../app-actions.ts';
import { type AppContext, actingOn } from '../app-context.ts';
import { baseName, saveFile } from '../results/save-file.ts';
import { regionExtent } from './regions.ts';
import type { WorkspaceParts, Workspaces } from './workspaces.ts';

export type WorkActions = Pick<
  AppActions,
  | 'finishRegion'
  | 'changeRegion'
  | 'removeRegion'
  | 'selectRegion'
  | 'showRegion'
  | 'runOnRegion'
  | 'undoRegions'
  | 'redoRegions'
  | 'importRegions'
  | 'exportRegions'
  | 'removePoint'
  | 'showPoint'
  | 'exportPoints'
  | 'refreshWork'
  | 'openWork'
  | 'removeWork'
  | 'saveWork'
  | 'importWork'
>;

export interface Work {
  readonly actions: WorkActions;
  /** From now on work is kept. */
  start(): Promise<void>;
  /** Just before the slide goes. */
  leave(): void;
  /** A slide is open. */
  opened(): void;
  /** True when the file was a workspace, and is open. @throws Failure. */
  openFile(file: File): Promise<boolean>;
  /** Everything stored was deleted. */
  stop(): Promise<void>;
}

/** `parts` is called when the first of them is needed, which is after all of them are made. */
export function createWork(context: AppContext, parts: () => WorkspaceParts): Work {
  const { store, viewer, version } = context;
  let loaded: Workspaces | null = null;
  let loading: Promise<Workspaces> | null = null;
  const workspaces = () => {
    loading ??= import('./workspaces.ts').then(({ createWorkspaces }) => {
      loaded = createWorkspaces(context, parts());
      return loaded;
    });
    return loading;
  };
  const act = actingOn(store);
  const regions = () => parts().regions;
  const slideName = () => parts().slides.need().info.name;

  const openFile = async (file: File): Promise<boolean> => {
    const { workspaceStart } = await import('./workspace-file.ts');
    const start = await file.slice(0, workspaceStart.length).text();
    if (start !== workspaceStart) return false;
    await (await workspaces()).importFile(file);
    return true;
  };
  return {
    actions: {
      finishRegion: () => regions().finishShape(),
      changeRegion: (id, change) => regions().change(id, change),
      removeRegion: (id) => regions().remove(id),
      selectRegion: (id) => regions().select(id),
      showRegion: (id) =>
        act(() => {
          regions().select(id);
          const extent = regionExtent(store.getState(), id);
          return extent === null ? undefined : viewer.showRect(extent);
        }),
      runOnRegion: (id) =>
        act(() => {
          const { slides, runs } = parts();
          const extent = regionExtent(store.getState(), id);
          const region = extent === null ? null : wholePixelsOn(slides.need().info, extent);
          if (region === null) {
            throw new Failure('outside-slide', 'This region lies outside the slide. Choose another.');
          }
          return runs.analyse({ region, extend: true }).done;
        }),
      undoRegions: () => regions().undo(),
      redoRegions: () => regions().redo(),
      importRegions: (file) => act(() => regions().importFile(file)),
      exportRegions: () =>
        act(async () => saveFile(await regions().toBlob(), `${baseName(slideName())}-regions.geojson`)),
      removePoint: (id) => parts().history.remove(id),
      showPoint: (id) =>
        act(async () => {
          const record = store.getState().history.find((one) => one.id === id);
          const view = viewer.view();
          if (record === undefined || view === null) return;
          await viewer.setView({ ...view, ...record.at });
          await parts().points.click(record.at, { isAgain: true });
        }),
      exportPoints: () =>
        act(async () => {
          const { pointsCsv } = await import('../../results/points-csv.ts');
          const name = slideName();
          const text = pointsCsv(store.getState().history, name, `Concentric ${version}`);
          saveFile(new Blob([text], { type: 'text/csv' }), `${baseName(name)}-points.csv`);
        }),
      refreshWork: () => act(async () => (await workspaces()).refresh()),
      openWork: (id) => act(async () => (await workspaces()).open(id)),
      removeWork: (id) => act(async () => (await workspaces()).remove(id)),
      saveWork: (id) => act(async () => (await workspaces()).save(id)),
      importWork: (file) =>
        act(async () => {
          if (await openFile(file)) return;
          throw new Failure('damaged', `${file.name} holds no work. Choose a file that was saved under Work.`);
        }),
    },
    async start() {
      await workspaces();
    },
    leave: () => loaded?.leave(),
    opened: () => loaded?.opened(),
    openFile,
    async stop() {
      (await workspaces()).stop();
    },
  };
}
