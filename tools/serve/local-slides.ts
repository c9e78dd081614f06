// The slides of a folder on this computer (SLIDES=<folder>): which there are, and which files of the folder belong to
// one. Anything else in the folder stays private. Whether the app can open a format is for the app to say.

import { open, readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { resolveInside } from './inside.ts';

/** An entry of the app's slide list; `url` is relative to the page. */
export interface SlideEntry {
  readonly id: string;
  readonly title: string;
  readonly url: string;
}

/** Endings of files that are a slide, or its main file. */
const slideFiles = new Set(
  'bif czi dcm dzi isyntax jp2 mrxs ndpi ndpis qptiff scn svs svslide szi tif tiff vms vmu vsi zvi'
    .split(' ')
    .map((ending) => `.${ending}`),
);
const tilesFolder = /_files$/;
const tileFiles = new Set(['.jpg', '.jpeg', '.png', '.webp', '.xml']);

/** The slides right inside `folder`, by name: files by their ending, and folders of DICOM files. */
export async function listSlides(folder: string): Promise<SlideEntry[]> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort(byName);
  const entries = await Promise.all(names.map((name) => entryOf(folder, name)));
  return entries.filter((entry) => entry !== null);
}

/** The file that a request below /slides/local/ means; null when it is not part of a slide in `folder`. */
export async function findSlideFile(folder: string, parts: readonly string[]): Promise<string | null> {
  const [first = '', ...rest] = parts;
  const name = rest.at(-1) ?? first;
  const isPart =
    rest.length === 0
      ? slideFiles.has(endingOf(name))
      : tilesFolder.test(first)
        ? tileFiles.has(endingOf(name))
        : await isDicomFolder(join(folder, first));
  return isPart ? resolveInside(folder, parts) : null;
}

/** Names of the files of a DICOM folder, for an app that can't list folders; null when it is not one in `folder`. */
export async function dicomFiles(folder: string, name: string): Promise<string[] | null> {
  const path = await resolveInside(folder, [name]);
  if (path === null || tilesFolder.test(name) || !(await isDicomFolder(path))) return null;
  return (await readdir(path)).filter((file) => !file.startsWith('.')).sort(byName);
}

async function entryOf(folder: string, name: string): Promise<SlideEntry | null> {
  const path = await resolveInside(folder, [name]);
  if (path === null) return null;
  const url = `slides/local/${encodeURIComponent(name)}`;
  const isFile = (await stat(path)).isFile();
  if (isFile) return slideFiles.has(endingOf(name)) ? { id: name, title: name, url } : null;
  return (await dicomFiles(folder, name)) === null ? null : { id: name, title: name, url: `${url}/` };
}

/** A folder with .dcm files, or whose first file is DICOM: "DICM" after a preamble of 128 bytes (DICOM PS3.10, 7.1). */
async function isDicomFolder(path: string): Promise<boolean> {
  const names = (await readdir(path).catch(() => [])).filter((name) => !name.startsWith('.')).sort(byName);
  if (names.some((name) => endingOf(name) === '.dcm')) return true;
  const [first] = names;
  const file = first === undefined ? null : await open(join(path, first)).catch(() => null);
  if (file === null) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 128);
    return bytesRead === 4 && buffer.toString('latin1') === 'DICM';
  } catch {
    return false;
  } finally {
    await file.close();
  }
}

function endingOf(name: string): string {
  return extname(name).toLowerCase();
}

function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
