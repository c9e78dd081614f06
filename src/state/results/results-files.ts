// Results that were computed elsewhere: a results JSON laid over the open slide, and a cohort whose rows bring their slide
// and their results along. Loaded when first needed; what is shown then is shown as if a run had just ended here.

import { Failure } from '../../lib/failure.ts';
import { readable } from '../../lib/percent-encoding.ts';
import { type Cohort, type CohortSlide, cohortStart, parseCohort } from '../../results/cohort.ts';
import { parseResultJson } from '../../results/parse-json.ts';
import type { AppContext } from '../app-context.ts';
import type { Models } from '../models.ts';
import type { Slides } from '../slides/slides.ts';
import { layResult } from './lay-result.ts';
import type { Runs } from './runs.ts';

/** What a results JSON begins with. */
const resultStart = '{"provenance":';

export interface ResultsFiles {
  /** True when the files were a cohort or results, and are shown. @throws Failure. */
  openFiles(files: readonly File[]): Promise<boolean>;
  /** @throws Failure `not-found`, `network`, `damaged`. */
  openCohort(link: string): Promise<void>;
  /** Opens a row's slide with its results. @throws Failure. */
  openRow(row: CohortSlide): Promise<void>;
}

/** Files of the cohort that is open, by their path beside cohort.json. */
type ReadFile = (path: string) => Promise<Blob>;

export function createResultsFiles(
  context: AppContext,
  parts: { readonly slides: Slides; readonly models: Models; readonly runs: Runs },
): ResultsFiles {
  const { store, baseUrl } = context;
  const { slides } = parts;
  let read: ReadFile = () => Promise.reject(new Error('No cohort is open.'));

  const showResult = (text: string) => layResult(context, parts, parseResultJson(text));

  const showCohort = (content: Cohort, name: string, pictureUrls: Readonly<Record<string, string>>) => {
    for (const url of Object.values(store.getState().cohort?.pictureUrls ?? {})) {
      if (url.startsWith('blob:')) URL.revokeObjectURL(url);
    }
    store.setState({ cohort: { name, content, pictureUrls, shown: true } });
  };

  return {
    async openFiles(files) {
      // The one of its usual name, if there is one: the thousands of files beside it need not be looked into.
      const named = (end: string) => files.filter(({ name }) => name.endsWith(end));
      const usual = named('cohort.json');
      const description = await firstThatStarts(usual.length > 0 ? usual : named('.json'), cohortStart);
      if (description === undefined) {
        const [result] = files;
        if (files.length !== 1 || result === undefined || !(await startsWith(result, resultStart))) return false;
        await showResult(await result.text());
        return true;
      }
      const pathOf = (file: File) => file.webkitRelativePath || file.name;
      const folder = pathOf(description).replace(/[^/]*$/, '');
      const byPath = new Map(files.map((file) => [pathOf(file).slice(folder.length), file]));
      const content = parseCohort(await description.text());
      read = async (path) => {
        const file = byPath.get(path);
        if (file === undefined) {
          throw new Failure('not-found', `${path} was not among the files. Choose the whole folder of the cohort.`);
        }
        return file;
      };
      const pictures = content.slides.flatMap(({ id, thumbnail }) => {
        const file = byPath.get(thumbnail ?? '');
        return file === undefined ? [] : [[id, URL.createObjectURL(file)] as const];
      });
      showCohort(content, folder.split('/').at(-2) ?? description.name, Object.fromEntries(pictures));
      return true;
    },
    async openCohort(link) {
      const base = new URL(link, baseUrl);
      read = (path) => fetchBlob(new URL(path.split('/').map(encodeURIComponent).join('/'), base));
      const content = parseCohort(await (await fetchBlob(base)).text());
      const pictures = content.slides.flatMap(({ id, thumbnail }) =>
        thumbnail == null ? [] : [[id, new URL(thumbnail, base).href] as const],
      );
      showCohort(content, base.pathname.split('/').at(-2) ?? link, Object.fromEntries(pictures));
    },
    async openRow(row) {
      const from = slides.current()?.info.name === row.name ? null : await slideOf(row, slides);
      const text = row.results == null ? null : await (await read(row.results.json)).text();
      if (from !== null) await slides.open(from);
      if (text === null) {
        const why = row.failure?.message ?? 'Its run has not ended yet.';
        throw new Failure('bad-argument', `There are no results of ${row.name}: ${why} Run it again.`);
      }
      await showResult(text);
    },
  };
}

async function startsWith(file: File, start: string): Promise<boolean> {
  return (await file.slice(0, 64).text()).trimStart().startsWith(start);
}

async function firstThatStarts(files: readonly File[], start: string): Promise<File | undefined> {
  for (const file of files) if (await startsWith(file, start)) return file;
  return undefined;
}

/** What opens the slide of a row here: the list's slide of that name, else its link. @throws Failure `not-found`. */
async function slideOf({ name, source }: CohortSlide, slides: Slides): Promise<string> {
  const listed = (await slides.list()).find(({ title, url }) => title === name || readable(url).endsWith(`/${name}`));
  if (listed !== undefined) return listed.id;
  if (/^https?:/.test(source)) return source;
  throw new Failure(
    'not-found',
    `${name} is not among this server's slides. Open the slide from your computer, then choose its row again; or start the server with SLIDES=<its folder>.`,
  );
}

async function fetchBlob(url: URL): Promise<Blob> {
  const response = await fetch(url).catch((cause: unknown) => {
    throw new Failure('network', `${url.href} could not be read. Check the connection and try again.`, { cause });
  });
  if (response.ok) return response.blob();
  const code = response.status === 404 ? 'not-found' : 'network';
  throw new Failure(
    code,
    `${url.href} could not be read: the server answered ${response.status}. Check the link, or try again later.`,
  );
}
