// Opens whatever the user points at: tells the format by its content (a name is only a hint) and loads its reader then.

import { Failure } from '../lib/failure.ts';
import { networkRetries, type RetryOptions } from '../lib/retry.ts';
import { BlockedBytes, FileBytes } from './byte-source.ts';
import type { SlideOrigin, SlideSource } from './slide-source.ts';
import { sniffFormat, whatItIs } from './sniff.ts';

/** Names that a Deep Zoom description goes by; anything else is told by its first bytes. */
const DESCRIPTION_NAME = /\.(dzi|xml|json)$/i;
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
  return origin.kind === 'url' ? openLink(origin.url, signal, retry) : openFiles(origin.files, signal);
}

async function openLink(url: string, signal: AbortSignal, retry: RetryOptions): Promise<SlideSource> {
  if (!URL.canParse(url)) throw new Failure('bad-argument', `"${url}" is not an address of a slide.`);
  const { pathname } = new URL(url);
  const openDescription = async () => {
    const [files, deepZoom] = await Promise.all([import('./slide-files.ts'), import('./deep-zoom.ts')]);
    return deepZoom.openDeepZoom(new files.LinkedFiles(url, retry), url, signal);
  };
  if (DESCRIPTION_NAME.test(pathname)) return openDescription();
  const { RemoteBytes } = await import('./remote-bytes.ts');
  const name = decodeURIComponent(pathname.replace(/^.*\//, '')) || url;
  return openBytes(new BlockedBytes(new RemoteBytes(url, retry)), name, openDescription, signal);
}

async function openFiles(files: readonly File[], signal: AbortSignal): Promise<SlideSource> {
  const file = descriptionAmong(files) ?? files[0];
  if (file === undefined) throw new Failure('bad-argument', 'No file was chosen.');
  const openDescription = async () => {
    const [slideFiles, deepZoom] = await Promise.all([import('./slide-files.ts'), import('./deep-zoom.ts')]);
    return deepZoom.openDeepZoom(new slideFiles.PickedFiles(files, file), file.name, signal);
  };
  return openBytes(new BlockedBytes(new FileBytes(file)), file.name, openDescription, signal);
}

/** The description in a picked folder; its tiles' folder holds XML files too. */
function descriptionAmong(files: readonly File[]): File | undefined {
  const candidates = files.filter((file) => !/_files\//.test(file.webkitRelativePath || file.name));
  return (
    candidates.find((file) => /\.dzi$/i.test(file.name)) ?? candidates.find((file) => DESCRIPTION_NAME.test(file.name))
  );
}

async function openBytes(
  bytes: BlockedBytes,
  name: string,
  openDescription: () => Promise<SlideSource>,
  signal: AbortSignal,
): Promise<SlideSource> {
  const start = await bytes.read(0, SNIFF_BYTES, signal);
  const format = sniffFormat(start);
  switch (format) {
    case 'tiff':
      return (await import('./tiff.ts')).openTiff(bytes, name, signal);
    case 'deep-zoom':
      return openDescription();
    case 'dicom':
    case 'zip':
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
