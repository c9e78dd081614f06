// Workspaces in the browser's database (IndexedDB): the small part at every change, the analysis beside it only when there
// is a new one. Knows nothing of the app; where the browser keeps nothing, calls reject.

import type { DBSchema } from 'idb';
import { keptDatabase } from '../../lib/kept-database.ts';
import type { AnalysisResult } from '../../results/analysis-result.ts';
import { type CompactResult, compactResult, wholeResult } from '../../results/compact-result.ts';
import type { Workspace } from './workspace.ts';

interface Schema extends DBSchema {
  workspaces: { key: string; value: Workspace };
  /** By the workspace's id. */
  results: { key: string; value: CompactResult | AnalysisResult };
}

export interface WorkspaceStore {
  /** Newest first. */
  list(): Promise<readonly Workspace[]>;
  get(id: string): Promise<{ workspace: Workspace; result: AnalysisResult | null } | null>;
  /** `result` undefined leaves the one that is kept. */
  put(workspace: Workspace, result?: AnalysisResult | null): Promise<void>;
  remove(id: string): Promise<void>;
}

export function openWorkspaceStore(name = 'concentric-workspaces'): WorkspaceStore {
  const database = keptDatabase<Schema>(name, (made) => {
    made.createObjectStore('workspaces', { keyPath: 'id' });
    made.createObjectStore('results');
  });
  return {
    async list() {
      const all = await (await database()).getAll('workspaces');
      return all.sort((a, b) => b.savedAt - a.savedAt);
    },
    async get(id) {
      const db = await database();
      const workspace = await db.get('workspaces', id);
      if (workspace === undefined) return null;
      const kept = (await db.get('results', id)) ?? null;
      // Those that were kept before results were made compact are whole.
      return { workspace, result: kept === null || 'status' in kept ? kept : wholeResult(kept) };
    },
    async put(workspace, result) {
      const transaction = (await database()).transaction(['workspaces', 'results'], 'readwrite');
      const results = transaction.objectStore('results');
      await Promise.all([
        transaction.objectStore('workspaces').put(workspace),
        result === undefined
          ? null
          : result === null
            ? results.delete(workspace.id)
            : results.put(compactResult(result), workspace.id),
        transaction.done,
      ]);
    },
    async remove(id) {
      const transaction = (await database()).transaction(['workspaces', 'results'], 'readwrite');
      await Promise.all([
        transaction.objectStore('workspaces').delete(id),
        transaction.objectStore('results').delete(id),
        transaction.done,
      ]);
    },
  };
}
