// Opens whatever the user points at: tells the format by its content (a name is only a hint) and loads its reader then.

import { Failure } from '../lib/failure.ts';
import { networkRetries, type RetryOptions } from '../lib/retry.ts';
import { BlockedBytes, FileBytes } from './byte-source.ts';
import { descriptionAmong, isDescriptionLink, openDescription } from './descriptions.ts';
import { fileNameOf } from './file-name.ts';
import { requireShowable } from './slide-facts.ts';
import { PickedFiles } from './slide-files.ts';
import type { SlideOrigin, SlideSource } from './slide-source.ts';
import { sniffFormat, whatItIs } from './sniff.ts';

/** Enough to know any format by. */
const SNIFF_BYTES = 1 << 16;

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
  if (!URL.canParse(url)) throw new Failure('bad-argument', `"${url}" is not an address of a slide.`);
  const openDescribed = async () => {
    const { LinkedFiles } = await import('./slide-files.ts');
    return openDescription(new LinkedFiles(url, retry), url, signal);
  };
  if (isDescriptionLink(url)) return openDescribed();
  const { RemoteBytes, sizeOfLink } = await import('./remote-bytes.ts');
  const bytes = new BlockedBytes(new RemoteBytes(url, retry));
  const sizeOf = async () => bytes.size ?? sizeOfLink(url, signal);
  return openBytes({ bytes, sizeOf, name: fileNameOf(url), openDescribed }, signal);
}

async function openFiles(origin: SlideOrigin & { kind: 'files' }, signal: AbortSignal): Promise<SlideSource> {
  const picked = origin.files.map((file, k) => ({ file, path: pathOf(file, origin.paths?.[k]) }));
  const described = descriptionAmong(picked.map(({ path }) => path));
  const chosen = picked.find(({ path }) => path === described) ?? picked[0];
  if (chosen === undefined) throw new Failure('bad-argument', 'No file was chosen.');
  const name = fileNameOf(chosen.path);
  const openDescribed = () => openDescription(new PickedFiles(picked, chosen), name, signal);
  const bytes = new BlockedBytes(new FileBytes(chosen.file));
  return openBytes({ bytes, sizeOf: async () => chosen.file.size, name, openDescribed }, signal);
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
}

async function openBytes({ bytes, sizeOf, name, openDescribed }: Opening, signal: AbortSignal): Promise<SlideSource> {
  const start = await bytes.read(0, SNIFF_BYTES, signal);
  const format = sniffFormat(start);
  switch (format) {
    case 'tiff':
      return (await import('./tiff.ts')).openTiff(bytes, name, signal);
    case 'description':
      return openDescribed();
    case 'zip':
      return (await import('./zip-slide.ts')).openZip(bytes, await sizeOf(), name, signal);
    case 'dicom':
      throw new Failure(
        'unsupported-format',
        `${name} is ${whatItIs(format)}, which can't be opened yet. Convert it to a tiled TIFF or a Deep Zoom pyramid.`,
      );
    default:
      throw new Failure(
        'not-a-slide',
        `${name} is ${whatItIs(format)}, not a slide. Open a Deep Zoom pyramid (.dzi), a tiled TIFF or an Aperio SVS.`,
      );
  }
}
