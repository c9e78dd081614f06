// Opens whatever the user points at: tells the format by its content (a name is only a hint) and loads its reader then.

import { Failure } from '../lib/failure.ts';
import { networkRetries, type RetryOptions } from '../lib/retry.ts';
import { BlockedBytes, FileBytes } from './bytes/byte-source.ts';
import { type PickedFile, PickedFiles } from './bytes/slide-files.ts';
import { closedFormat } from './closed-formats.ts';
import { isDicomWebLink } from './dicom/dicomweb-link.ts';
import { fileNameOf, localNameOf } from './file-name.ts';
import { descriptionAmong, isDescriptionLink, openDescription } from './pictures/descriptions.ts';
import { requireShowable } from './slide-facts.ts';
import type { SlideOrigin, SlideSource } from './slide-source.ts';
import { sniffFormat, whatItIs } from './sniff.ts';

/** Kinds of addresses that a page can read. */
const FETCHED = ['https:', 'http:', 'blob:'];
/** Enough to know any format by. */
const SNIFF_BYTES = 1 << 16;
/** Enough to know a file of binary form by. */
const DICOM_MARK_END = 132;

/**
 * Opens a slide and reads its description; no tile is read.
 * @throws Failure `not-found`, `network`, `cors`, `host-not-allowed`, `not-a-slide`, `unsupported-format`, `damaged`,
 * `bad-argument`; an AbortError.
 */
export async function openSlide(
  origin: SlideOrigin,
  signal: AbortSignal,
  retry: RetryOptions = networkRetries,
): Promise<SlideSource> {
  const source = await (origin.kind === 'url' ? openLink(origin.url, signal, retry) : openFiles(origin, signal));
  requireShowable(source.description);
  return source;
}

async function openLink(url: string, signal: AbortSignal, retry: RetryOptions): Promise<SlideSource> {
  if (!URL.canParse(url) || !FETCHED.includes(new URL(url).protocol)) {
    throw new Failure(
      'bad-argument',
      `"${url.slice(0, 200)}" is not an address that slides are read from. Give one that begins with https:// or http://.`,
    );
  }
  const openDescribed = async () => {
    if (new URL(url).pathname.endsWith('/')) {
      return (await import('./dicom/dicom-folder-link.ts')).openDicomFolder(url, retry, signal);
    }
    const { LinkedFiles } = await import('./bytes/slide-files.ts');
    return openDescription(new LinkedFiles(url, retry), url, signal);
  };
  if (isDescriptionLink(url)) return openDescribed();
  if (isDicomWebLink(url)) return (await import('./dicom/dicomweb.ts')).openDicomWeb(url, retry, signal);
  const { RemoteBytes, sizeOfLink } = await import('./bytes/remote-bytes.ts');
  const bytes = new BlockedBytes(new RemoteBytes(url, retry));
  const sizeOf = async () => bytes.size ?? sizeOfLink(url, signal);
  const openDicom = () => {
    throw new Failure(
      'unsupported-format',
      'A link to one DICOM file is not a slide. Give the link of the series on a DICOMweb server (…/studies/…/series/…), or open the files.',
    );
  };
  return openBytes({ bytes, sizeOf, name: fileNameOf(url), openDescribed, openDicom }, signal);
}

async function openFiles(origin: SlideOrigin & { kind: 'files' }, signal: AbortSignal): Promise<SlideSource> {
  const picked = origin.files.map((file, k) => ({ file, path: pathOf(file, origin.paths?.[k]) }));
  const described = descriptionAmong(picked.map(({ path }) => path));
  const chosen = picked.find(({ path }) => path === described) ?? (await firstSlide(picked, signal)) ?? picked[0];
  if (chosen === undefined)
    throw new Failure('bad-argument', 'No file was chosen. Choose the file of a slide, or all files of its folder.');
  const name = localNameOf(chosen.path);
  const openDescribed = () => openDescription(new PickedFiles(picked, chosen), name, signal);
  const bytes = new BlockedBytes(new FileBytes(chosen.file));
  const openDicom = async () => {
    const [folder = ''] = chosen.path.includes('/') ? chosen.path.split('/') : [];
    const files = picked.map(({ file }) => ({
      name: file.name,
      source: new FileBytes(file),
      sizeOf: async () => file.size,
    }));
    return (await import('./dicom/dicom-files.ts')).openDicomFiles(files, folder || name, signal);
  };
  return openBytes({ bytes, sizeOf: async () => chosen.file.size, name, openDescribed, openDicom }, signal);
}

/** The first of several files that has the beginning of a slide: folders hold notes and pictures too. */
async function firstSlide(picked: readonly PickedFile[], signal: AbortSignal): Promise<PickedFile | undefined> {
  for (const one of picked.length > 1 ? picked : []) {
    const start = await new FileBytes(one.file).read(0, DICOM_MARK_END, signal);
    if (['tiff', 'zip', 'dicom'].includes(sniffFormat(new Uint8Array(start)))) return one;
  }
  return undefined;
}

function pathOf(file: File, told: string | undefined): string {
  return told ?? (file.webkitRelativePath || file.name);
}

interface Opening {
  readonly bytes: BlockedBytes;
  /** Bytes of the whole file. */
  readonly sizeOf: () => Promise<number>;
  readonly name: string;
  /** Opens it as the description of a slide whose tiles are other files. */
  readonly openDescribed: () => Promise<SlideSource>;
  /** Opens it as one of the files of a DICOM series. */
  readonly openDicom: () => Promise<SlideSource>;
}

async function openBytes(opening: Opening, signal: AbortSignal): Promise<SlideSource> {
  const { bytes, sizeOf, name, openDescribed, openDicom } = opening;
  const start = await bytes.read(0, SNIFF_BYTES, signal);
  const closed = closedFormat(start, name);
  if (closed !== null) throw closed;
  const format = sniffFormat(start);
  switch (format) {
    case 'tiff':
      return (await import('./tiff/tiff.ts')).openTiff(bytes, name, signal);
    case 'description':
      return openDescribed();
    case 'zip':
      return (await import('./pictures/zip-slide.ts')).openZip(bytes, await sizeOf(), name, signal);
    case 'dicom':
      return openDicom();
    default:
      throw new Failure(
        'not-a-slide',
        `${name} is ${whatItIs(format)}, not a slide. Open a Deep Zoom pyramid (.dzi), a tiled TIFF or an Aperio SVS.`,
      );
  }
}
