// Slides opened before, and the small pictures of slides: what the picker shows so that a slide is known at a glance. Files
// come back where the browser gave a handle and the user lets it read again; links always.

import { Failure } from '../../lib/failure.ts';
import { rememberHandle } from '../../lib/file-handles.ts';
import type { AppContext } from '../app-context.ts';
import { pictureBlob, readSmallPicture } from '../view/overview.ts';
import { type WantedSlide, wantedSlide } from './slide-origin.ts';
import type { Slides } from './slides.ts';

export interface Recent {
  /** A slide was opened. Those of the server's list are found there, and are not noted. */
  note(slide: WantedSlide, isListed: boolean): Promise<void>;
  /** While somebody looks at the picker: loads what is kept, then reads the pictures that are missing. Returns its end. */
  watch(): () => void;
  /** @throws Failure as opening does; `not-found` when the file has gone or may not be read. */
  open(key: string): Promise<unknown>;
  forget(key: string): Promise<void>;
}

/** What TypeScript's own types of handles leave out. */
type AskableHandle = FileSystemFileHandle & {
  queryPermission?(wanted: { mode: 'read' }): Promise<PermissionState>;
  requestPermission?(wanted: { mode: 'read' }): Promise<PermissionState>;
};

export function createRecent({ store, pixels, kept, baseUrl }: AppContext, slides: Slides): Recent {
  /** Slides that gave no picture: not tried again before the page is loaded anew. */
  const without = new Set<string>();

  const setPicture = (key: string, picture: Blob) =>
    store.setState((state) => ({ pictures: new Map(state.pictures).set(key, picture) }));

  const loadRecent = async () => store.setState({ recent: await kept.recent() });

  const makePicture = async (wanted: WantedSlide, signal: AbortSignal) => {
    const { handle, description } = await pixels.call('open', { origin: wanted.origin }, { signal });
    try {
      const small = await readSmallPicture(pixels, handle, description, signal);
      const blob = small === null ? null : await pictureBlob(small);
      small?.close();
      if (blob === null) return;
      await kept.setThumbnail(wanted.key, blob);
      setPicture(wanted.key, blob);
    } finally {
      await pixels.call('close', { handle });
    }
  };

  const load = async (signal: AbortSignal) => {
    await loadRecent();
    const entries = await slides.list();
    const listed = entries.map(({ id }) => wantedSlide(id, entries, baseUrl));
    store.setState({ slideKeys: new Map(entries.map(({ id }, index) => [id, listed[index]?.key ?? ''])) });
    const keys = [...listed, ...store.getState().recent].map(({ key }) => key);
    for (const key of keys) {
      const picture = await kept.thumbnailOf(key);
      if (picture !== null) setPicture(key, picture);
    }
    for (const wanted of listed) {
      if (signal.aborted) return;
      if (store.getState().pictures.has(wanted.key) || without.has(wanted.key)) continue;
      // One slide that can't be read must not keep the others from their pictures; opening it says what is wrong.
      await makePicture(wanted, signal).catch(() => undefined);
      if (!signal.aborted && !store.getState().pictures.has(wanted.key)) without.add(wanted.key);
    }
  };

  return {
    async note({ key, name, address, handles }, isListed) {
      if (isListed || (address === null && handles.length === 0) || key.startsWith('blob:')) return;
      await kept.addRecent({ key, name, address, handles, openedAt: Date.now() });
      await loadRecent();
    },
    watch() {
      const ending = new AbortController();
      void load(ending.signal);
      return () => ending.abort();
    },
    async open(key) {
      const slide = store.getState().recent.find((one) => one.key === key);
      if (slide === undefined) throw new Failure('not-found', 'That slide is no longer listed. Open it again.');
      if (slide.address !== null) return slides.open(slide.address);
      const files: File[] = [];
      for (const handle of slide.handles) files.push(await fileOf(handle));
      return slides.open(files);
    },
    async forget(key) {
      await kept.forgetRecent(key);
      await loadRecent();
    },
  };
}

/** Asks the user where the browser wants that; must come from a click. */
async function fileOf(handle: AskableHandle): Promise<File> {
  const wanted = { mode: 'read' } as const;
  const before = await handle.queryPermission?.(wanted);
  const now = before === 'prompt' ? await handle.requestPermission?.(wanted) : before;
  if (now !== undefined && now !== 'granted') {
    throw new Failure('not-found', `The browser may not read ${handle.name} again. Allow it, or choose the file anew.`);
  }
  try {
    const file = await handle.getFile();
    rememberHandle(file, handle);
    return file;
  } catch (cause) {
    throw new Failure('not-found', `${handle.name} is no longer where it was. Choose the file anew.`, { cause });
  }
}
