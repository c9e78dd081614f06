// Opening, closing and calibrating slides. The slide open before stays usable until the new one is open, and stays for
// good when the new one fails.

import { Failure } from '../lib/failure.ts';
import { Latest } from '../lib/latest.ts';
import type { SlideDescription, SlideInfo, SlideOrigin } from '../slides/slide-source.ts';
import type { ViewPosition } from '../viewer/view-position.ts';
import type { AppContext, CurrentSlide } from './app-context.ts';
import type { OpenSlideState, SlideEntry } from './app-state.ts';

export interface Slides {
  /** The open slide. */
  current(): CurrentSlide | null;
  /** @throws Failure `bad-argument` when none is open. */
  need(): CurrentSlide;
  list(): Promise<readonly SlideEntry[]>;
  open(from: string | File | readonly File[], options?: OpenOptions): Promise<SlideInfo>;
  close(): Promise<void>;
  calibrate(mpp: number): Promise<void>;
}

export interface OpenOptions {
  /** um per level-0 px, as the user typed it. */
  readonly mpp?: number;
  readonly view?: ViewPosition;
}

const phantom: SlideEntry = { id: 'phantom', title: 'Phantom (made slide)', url: 'slides/phantom/phantom.dzi' };

/** `onLeave` is called just before the open slide goes. */
export function createSlides(context: AppContext, onLeave: () => void): Slides {
  const { store, pixels, viewer, stats, baseUrl } = context;
  const opening = new Latest('openSlide');
  let current: CurrentSlide | null = null;
  let listed: Promise<readonly SlideEntry[]> | null = null;

  const leave = () => {
    if (current === null) return;
    onLeave();
    void pixels.call('close', { handle: current.handle });
    current = null;
  };

  const showState = (slide: CurrentSlide | null) => {
    store.setState({
      slide: slide === null ? { status: 'none' } : openState(slide),
      ...(slide === null ? { view: null } : {}),
    });
  };

  const slides: Slides = {
    current: () => current,
    need() {
      if (current === null) throw new Failure('bad-argument', 'No slide is open. Open a slide first.');
      return current;
    },
    list() {
      listed ??= fetchSlideList(baseUrl).then((entries) => {
        store.setState({ slides: entries });
        return entries;
      });
      return listed;
    },
    open(from, options = {}) {
      return opening.run(async (signal) => {
        checkMpp(options.mpp);
        const wanted = await resolveOrigin(from, slides.list, baseUrl);
        const previous = current === null ? null : openState(current);
        store.setState({ slide: { status: 'opening', name: wanted.name, previous } });
        try {
          const { handle, description } = await pixels.call(
            'open',
            { origin: wanted.origin, ...(options.mpp === undefined ? {} : { mpp: options.mpp }) },
            { signal },
          );
          leave();
          current = { handle, description, info: slideInfoOf(wanted.id, description), address: wanted.address };
          showState(current);
          viewer.show({ handle, description }, options.view ?? null);
          await stats.refresh();
          return current.info;
        } catch (error) {
          // A newer call has taken over the state; only the last one restores it.
          if (!signal.aborted) showState(current);
          throw error;
        }
      });
    },
    async close() {
      opening.abort();
      if (current !== null) {
        const { handle } = current;
        onLeave();
        current = null;
        viewer.show(null, null);
        showState(null);
        await pixels.call('close', { handle });
      }
      await stats.refresh();
    },
    async calibrate(mpp) {
      checkMpp(mpp);
      const slide = slides.need();
      const description = await pixels.call('calibrate', { handle: slide.handle, mpp });
      if (current?.handle !== slide.handle) return;
      current = { ...slide, description, info: slideInfoOf(slide.info.id, description) };
      showState(current);
      viewer.setScale(description);
    },
  };
  return slides;
}

function openState(slide: CurrentSlide): OpenSlideState {
  return { status: 'open', info: slide.info, description: slide.description };
}

function slideInfoOf(id: string, description: SlideDescription): SlideInfo {
  const { name, format, width, height, mppX, mppY, mppSource } = description;
  return {
    id,
    name,
    format,
    width,
    height,
    mpp: mppX === null || mppY === null ? null : (mppX + mppY) / 2,
    mppX,
    mppY,
    mppSource,
    levels: description.levels.map(({ width, height, downsample }) => ({ width, height, downsample })),
  };
}

function checkMpp(mpp: number | undefined): void {
  if (mpp === undefined || (Number.isFinite(mpp) && mpp > 0 && mpp < 1000)) return;
  throw new Failure('bad-argument', `A pixel size of ${mpp} um is not possible. Give um per pixel, such as 0.25.`);
}

interface Wanted {
  readonly id: string;
  readonly name: string;
  readonly origin: SlideOrigin;
  readonly address: string | null;
}

async function resolveOrigin(
  from: string | File | readonly File[],
  list: () => Promise<readonly SlideEntry[]>,
  baseUrl: string,
): Promise<Wanted> {
  if (typeof from !== 'string') {
    const files = from instanceof File ? [from] : [...from];
    const first = files[0];
    if (first === undefined) throw new Failure('bad-argument', 'No file was given. Choose at least one slide file.');
    const paths = files.map((file) => file.webkitRelativePath || file.name);
    // Of a folder its own name; the order of the files in it means nothing.
    const [folder = ''] = first.webkitRelativePath.split('/');
    const name = folder || first.name;
    return { id: name, name, origin: { kind: 'files', files, paths }, address: null };
  }
  if (from.trim() === '') throw new Failure('bad-argument', 'The link is empty. Give the link or the id of a slide.');
  const entry = (await list()).find(({ id }) => id === from);
  const url = resolveUrl(entry?.url ?? from, baseUrl);
  return { id: entry?.id ?? from, name: entry?.title ?? lastPart(url), origin: { kind: 'url', url }, address: from };
}

function resolveUrl(link: string, baseUrl: string): string {
  const url = URL.canParse(link, baseUrl) ? new URL(link, baseUrl) : null;
  if (url === null || !['http:', 'https:', 'blob:'].includes(url.protocol)) {
    throw new Failure(
      'bad-argument',
      `"${link}" is not a link that can be opened. Give one that begins with https://.`,
    );
  }
  return url.href;
}

function lastPart(url: string): string {
  return new URL(url).pathname.split('/').filter(Boolean).at(-1) ?? url;
}

/** The server's list; a static host without one still has the phantom. */
async function fetchSlideList(baseUrl: string): Promise<readonly SlideEntry[]> {
  try {
    const response = await fetch(new URL('slides/index.json', baseUrl));
    if (!response.ok) return [phantom];
    const { slides } = (await response.json()) as { slides: unknown };
    return Array.isArray(slides) ? slides.filter(isEntry) : [phantom];
  } catch {
    return [phantom];
  }
}

function isEntry(value: unknown): value is SlideEntry {
  const entry = value as Partial<SlideEntry> | null;
  return typeof entry?.id === 'string' && typeof entry.title === 'string' && typeof entry.url === 'string';
}
