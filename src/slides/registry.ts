// Opens whatever the user points at: tells the format by its content (a name is only a hint) and loads its reader then.

import { Failure } from '../lib/failure.ts';
import type { SlideOrigin, SlideSource } from './slide-source.ts';

/** Names that a Deep Zoom description goes by; anything else is told by its first bytes. */
const DESCRIPTION_NAME = /\.(dzi|xml|json)$/i;

/**
 * Opens a slide and reads its description; no tile is read.
 * @throws Failure `not-found`, `network`, `cors`, `host-not-allowed`, `not-a-slide`, `unsupported-format`, `damaged`,
 * `bad-argument`; an AbortError.
 */
export async function openSlide(origin: SlideOrigin, signal: AbortSignal): Promise<SlideSource> {
  return origin.kind === 'url' ? openLink(origin.url, signal) : openFiles(origin.files, signal);
}

async function openLink(url: string, signal: AbortSignal): Promise<SlideSource> {
  if (!URL.canParse(url)) throw new Failure('bad-argument', `"${url}" is not an address of a slide.`);
  if (DESCRIPTION_NAME.test(new URL(url).pathname)) {
    const [{ LinkedFiles }, { openDeepZoom }] = await Promise.all([
      import('./slide-files.ts'),
      import('./deep-zoom.ts'),
    ]);
    return openDeepZoom(new LinkedFiles(url), url, signal);
  }
  throw new Failure('unsupported-format', `The format of ${url} is not one that can be opened.`);
}

async function openFiles(files: readonly File[], signal: AbortSignal): Promise<SlideSource> {
  const description = files.find((file) => DESCRIPTION_NAME.test(file.name));
  if (description === undefined) {
    throw new Failure('not-a-slide', 'None of the files is a slide. Choose a .dzi with its folder.');
  }
  const [{ PickedFiles }, { openDeepZoom }] = await Promise.all([import('./slide-files.ts'), import('./deep-zoom.ts')]);
  return openDeepZoom(new PickedFiles(files, description), description.name, signal);
}
