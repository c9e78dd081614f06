// Formats that are a small text file which says where the tiles are: tells them apart by that text and loads the reader.

import { Failure } from '../../lib/failure.ts';
import type { SlideFiles } from '../bytes/slide-files.ts';
import { fileNameOf } from '../file-name.ts';
import type { SlideSource } from '../slide-source.ts';
import { looksLikeDeepZoom } from '../sniff.ts';

/** Far more than any description is. */
const MAX_DESCRIPTION_BYTES = 1 << 24;
/** XML may define names that unfold without end; no description needs one. */
const DEFINES_ENTITIES = /<!(ENTITY|DOCTYPE)/i;

/** Names that descriptions go by, in a link's path or at the end of an image server's query. */
export const DESCRIPTION_NAME = /\.(dzi|xml|json)$/i;

/** True for links that lead to a description by their name. */
export function isDescriptionLink(url: string): boolean {
  const { pathname, search } = new URL(url);
  return DESCRIPTION_NAME.test(pathname) || DESCRIPTION_NAME.test(search);
}

/**
 * Opens the slide whose description is at `path` of `files`.
 * @throws Failure `not-found`, `not-a-slide`, `unsupported-format`, `damaged`, and what reading throws; an AbortError.
 */
export async function openDescription(files: SlideFiles, path: string, signal: AbortSignal): Promise<SlideSource> {
  const blob = await files.read(path, signal);
  if (blob === null) throw new Failure('not-found', `There is nothing at ${path}. Check the address.`);
  const name = fileNameOf(path);
  if (blob.size > MAX_DESCRIPTION_BYTES) {
    throw new Failure('not-a-slide', `${name} is too large to describe a slide. Open the .dzi, info.json or XML file.`);
  }
  const text = await blob.text();
  if (DEFINES_ENTITIES.test(text) && !/^\s*<!doctype\s+html/i.test(text)) {
    throw new Failure(
      'not-a-slide',
      `${name} defines its own XML names, which no description of a slide does. Open the .dzi, info.json or XML file.`,
    );
  }
  if (/"(https?:)?\/\/iiif\.io\/api\/image\//.test(text) || /info\.json([?#]|$)/.test(path)) {
    return (await import('./iiif.ts')).openIiif(files, path, text);
  }
  if (/<IMAGE_PROPERTIES\b/.test(text)) return (await import('./zoomify.ts')).openZoomify(files, path, text);
  if (!looksLikeDeepZoom(text)) {
    const { looksLikeTileDescription, openTileDescription } = await import('./tile-description.ts');
    if (looksLikeTileDescription(text)) return openTileDescription(files, name, text);
  }
  return (await import('./deep-zoom.ts')).openDeepZoom(files, path, text, signal);
}

/** Of all paths the one of the description that a user means: the tiles' folders hold XML files too. */
export function descriptionAmong(paths: readonly string[]): string | undefined {
  const candidates = paths
    .filter((path) => DESCRIPTION_NAME.test(path))
    .filter((path) => !/_files\/|(^|\/)(vips|scan)-properties\.xml$|(^|\/)__MACOSX\//.test(path))
    // The one furthest up.
    .sort((a, b) => a.split('/').length - b.split('/').length);
  const named = [/\.dzi$/i, /(^|\/)ImageProperties\.xml$/i, /(^|\/)info\.json$/i];
  for (const name of named) {
    const found = candidates.find((path) => name.test(path));
    if (found !== undefined) return found;
  }
  return candidates[0];
}
