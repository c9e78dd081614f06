// Workspaces in the browser's database (IndexedDB): the small part at every change, the analysis beside it only when there
// is a new one. Knows nothing of the app; where the browser keeps nothing, calls reject.

import type { DBSchema } from 'idb';
import { keptDatabase } from '../../lib/kept-database.ts';
import type { AnalysisResult } from '../../results/analysis-result.ts';
import { type CompactResult, compactResult, wholeResult } from '../../results/compact-result.ts';
import { canBeListed, type Workspace } from './workspace.ts';

interface Schema extends DBSchema {
  workspaces: { key: string; value: Workspace };
  /** By the workspace's id. */
  results: { key: string; value: CompactResult | AnalysisResult };
}

/** All that is kept. */
export interface StoredWork {
  /** Newest first. */
  readonly works: readonly Workspace[];
  /** Records that are no workspace to this version. They stay where they are. */
  readonly unreadable: number;
}

export interface WorkspaceStore {
  list(): Promise<StoredWork>;
  /** As it is stored: `workspace` may be of another version. `result` is 'unreadable' where it cannot be made whole. */
  get(id: string): Promise<{ workspace: Workspace; result: AnalysisResult | 'unreadable' | null } | null>;
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
      const works = all.filter(canBeListed).sort((a, b) => b.savedAt - a.savedAt);
      return { works, unreadable: all.length - works.length };
    },
    async get(id) {
      const db = await database();
      const workspace = await db.get('workspaces', id);
      if (workspace === undefined) return null;
      const kept = (await db.get('results', id)) ?? null;
      return { workspace, result: kept === null ? null : wholeOrUnreadable(kept) };
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

function wholeOrUnreadable(kept: CompactResult | AnalysisResult): AnalysisResult | 'unreadable' {
  try {
    // Those that were kept before results were made compact are whole.
    return 'status' in kept ? kept : wholeResult(kept);
  } catch {
    return 'unreadable';
  }
}
