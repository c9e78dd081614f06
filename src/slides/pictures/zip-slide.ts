// A slide in a zip archive: a Deep Zoom pyramid (SZI), or any other kind that a description file leads to, read in place.

import { Failure } from '../../lib/failure.ts';
import type { BlockedBytes } from '../bytes/byte-source.ts';
import type { SlideSource } from '../slide-source.ts';
import { descriptionAmong, openDescription } from './descriptions.ts';
import { ZippedFiles } from './zipped-files.ts';

/**
 * Opens the slide in the archive; `name` is what the user knows it by.
 * @throws Failure `not-a-slide`, `unsupported-format`, `damaged`, and what reading throws; an AbortError.
 */
export async function openZip(
  archive: BlockedBytes,
  sizeBytes: number,
  name: string,
  signal: AbortSignal,
): Promise<SlideSource> {
  const files = await ZippedFiles.open(archive, sizeBytes, signal);
  const path = descriptionAmong(files.paths);
  if (path === undefined) {
    throw new Failure(
      'not-a-slide',
      `${name} is a zip archive without a Deep Zoom pyramid (.dzi) in it. Unpack it and open what it holds.`,
    );
  }
  const source = await openDescription(files.seenFrom(path), path.replace(/^.*\//, ''), signal);
  const format = source.description.format === 'Deep Zoom' ? 'Deep Zoom in a zip (SZI)' : source.description.format;
  return renamed(source, name, format);
}

/** The same slide under the archive's name. */
function renamed(source: SlideSource, name: string, format: string): SlideSource {
  return {
    description: { ...source.description, name, format },
    get bytesFetched() {
      return source.bytesFetched;
    },
    readTile: (address, signal) => source.readTile(address, signal),
    close: () => source.close(),
  };
}
