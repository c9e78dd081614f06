// Opening, closing and calibrating slides. The slide open before stays usable until the new one is open, and stays for
// good when the new one fails.

import { Failure } from '../../lib/failure.ts';
import { Latest } from '../../lib/latest.ts';
import type { PixelSize } from '../../pyramid/measure.ts';
import type { GivenScale, SlideDescription, SlideInfo } from '../../slides/slide-source.ts';
import type { ViewPosition } from '../../viewer/view-position.ts';
import type { AppContext, CurrentSlide } from '../app-context.ts';
import type { OpenSlideState } from '../app-state.ts';
import type { SlideEntry } from '../slides/slide-entry.ts';
import { fetchSlideList } from './slide-list.ts';
import { type WantedSlide, wantedSlide } from './slide-origin.ts';

export interface Slides {
  /** The open slide. */
  current(): CurrentSlide | null;
  /** @throws Failure `bad-argument` when none is open. */
  need(): CurrentSlide;
  list(): Promise<readonly SlideEntry[]>;
  open(from: string | File | readonly File[], options?: OpenOptions): Promise<SlideInfo>;
  close(): Promise<void>;
  /** The user's scale, kept for the next visit; null goes back to the slide's own. */
  calibrate(scale: PixelSize | null): Promise<void>;
}

export interface OpenOptions {
  /** um per level-0 px, as the user typed it. */
  readonly mpp?: number;
  readonly view?: ViewPosition;
}

/** `onLeave` is called just before the open slide goes, `onOpen` when another is open, `onScale` when its scale has changed. */
export function createSlides(
  context: AppContext,
  {
    onLeave,
    onClose,
    onOpen,
    onScale,
  }: { onLeave(): void; onClose(): void; onOpen(slide: CurrentSlide, wanted: WantedSlide): void; onScale(): void },
): Slides {
  const { store, pixels, viewer, stats, kept, baseUrl } = context;
  const opening = new Latest('openSlide');
  let current: CurrentSlide | null = null;
  let listed: Promise<readonly SlideEntry[]> | null = null;

  /** Over the file's own: what the caller gives, what the user once set, what the list says. */
  const scaleFor = async (
    { key, listed }: Pick<WantedSlide, 'key' | 'listed'>,
    mpp: number | undefined,
  ): Promise<GivenScale | null> => {
    const set = mpp === undefined ? await kept.scaleOf(key) : { mppX: mpp, mppY: mpp };
    return set === null ? listed : { ...set, source: 'user' };
  };

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
        const entries = typeof from === 'string' ? await slides.list() : [];
        const wanted = wantedSlide(from, entries, baseUrl);
        const scale = await scaleFor(wanted, options.mpp);
        const previous = current === null ? null : openState(current);
        store.setState({ slide: { status: 'opening', name: wanted.name, previous } });
        try {
          const { handle, description, associated } = await pixels.call(
            'open',
            { origin: wanted.origin, ...(scale === null ? {} : { scale }) },
            { signal },
          );
          leave();
          const { address, key, listed } = wanted;
          current = {
            handle,
            description,
            info: slideInfoOf(wanted.id, description),
            address,
            key,
            listed,
            associated,
          };
          showState(current);
          viewer.show({ handle, description }, options.view ?? null);
          onOpen(current, wanted);
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
        onClose();
        await pixels.call('close', { handle });
      }
      await stats.refresh();
    },
    async calibrate(size) {
      checkMpp(size?.mppX);
      checkMpp(size?.mppY);
      const slide = slides.need();
      await kept.setScale(slide.key, size);
      const scale = size === null ? await scaleFor(slide, undefined) : { ...size, source: 'user' as const };
      const description = await pixels.call('calibrate', { handle: slide.handle, scale });
      if (current?.handle !== slide.handle) return;
      current = { ...slide, description, info: slideInfoOf(slide.info.id, description) };
      showState(current);
      viewer.setScale(description);
      onScale();
    },
  };
  return slides;
}

function openState(slide: CurrentSlide): OpenSlideState {
  return { status: 'open', info: slide.info, description: slide.description, associated: slide.associated };
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
