// Cohorts in the user's folder of slides: results that `python -m dsml infer` wrote beside the slides or in a folder right
// below. Only what a cohort is made of is handed out; anything else there stays private.

import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { resolveInside } from './inside.ts';

/** `url` is relative to the page. */
export interface CohortEntry {
  readonly title: string;
  readonly url: string;
}

const cohortFile = 'cohort.json';
/** What every cohort.json begins with: other programs may have files of that name. */
const cohortStart = '{"format":"concentric-cohort"';
/** Stands for the folder itself, which no folder in it can be called. */
const itself = ':here';
const parts = /^(cohort\.json|[^/]+\.results\.(json|geojson|csv)|thumbnails\/[^/]+\.jpg)$/;

/** Cohorts in `folder` itself and in the folders right below it. */
export async function listCohorts(folder: string): Promise<CohortEntry[]> {
  const below = await readdir(folder, { withFileTypes: true });
  const names = below.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  const entries = await Promise.all(
    [itself, ...names.sort()].map(async (name) => {
      const path = await resolveInside(folder, [...folderOf(name), cohortFile]);
      if (path === null || !(await startsWith(path, cohortStart))) return null;
      const title = name === itself ? 'Results beside the slides' : name;
      return { title, url: `slides/cohorts/${encodeURIComponent(name)}/${cohortFile}` };
    }),
  );
  return entries.filter((entry) => entry !== null);
}

/** The file that a request below /slides/cohorts/ means; null when it is not part of a cohort in `folder`. */
export async function findCohortFile(folder: string, path: readonly string[]): Promise<string | null> {
  const [name = '', ...rest] = path;
  if (!parts.test(rest.join('/'))) return null;
  const description = await resolveInside(folder, [...folderOf(name), cohortFile]);
  if (description === null || !(await startsWith(description, cohortStart))) return null;
  return resolveInside(folder, [...folderOf(name), ...rest]);
}

function folderOf(name: string): string[] {
  return name === itself ? [] : [join(name)];
}

async function startsWith(path: string, text: string): Promise<boolean> {
  const file = await open(path).catch(() => null);
  if (file === null) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(text.length), 0, text.length, 0);
    return buffer.toString('latin1', 0, bytesRead) === text;
  } finally {
    await file.close();
  }
}
