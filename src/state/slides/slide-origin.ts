// From what the user points at (an id of the list, a link, files) to what can be opened, and the name under which this
// browser keeps what the user says of it.

import { Failure } from '../../lib/failure.ts';
import { handleOf } from '../../lib/file-handles.ts';
import type { GivenScale, SlideOrigin } from '../../slides/slide-source.ts';
import type { SlideEntry } from '../slides/slide-entry.ts';

export interface WantedSlide {
  readonly id: string;
  readonly name: string;
  readonly origin: SlideOrigin;
  /** What brings it back from an address; null for local files, which no address can name. */
  readonly address: string | null;
  /** The same slide has the same key at the next visit. */
  readonly key: string;
  /** What brings its files back; empty when the browser gave none. */
  readonly handles: readonly FileSystemFileHandle[];
  /** What the slide list says of its scale. */
  readonly listed: GivenScale | null;
}

/** @throws Failure `bad-argument`. */
export function wantedSlide(
  from: string | File | readonly File[],
  entries: readonly SlideEntry[],
  baseUrl: string,
): WantedSlide {
  if (typeof from !== 'string') return wantedFiles(from instanceof File ? [from] : [...from]);
  if (from.trim() === '') throw new Failure('bad-argument', 'The link is empty. Give the link or the id of a slide.');
  const entry = entries.find(({ id }) => id === from);
  const url = resolveUrl(entry?.url ?? from, baseUrl);
  return {
    id: entry?.id ?? from,
    name: entry?.title ?? lastPart(url),
    origin: { kind: 'url', url },
    address: from,
    key: url,
    handles: [],
    listed: entry === undefined ? null : listedScale(entry),
  };
}

function wantedFiles(files: readonly File[]): WantedSlide {
  const first = files[0];
  if (first === undefined) throw new Failure('bad-argument', 'No file was given. Choose at least one slide file.');
  const paths = files.map((file) => file.webkitRelativePath || file.name);
  // Of a folder its own name; the order of the files in it means nothing.
  const [folder = ''] = first.webkitRelativePath.split('/');
  const name = folder || first.name;
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const changed = Math.max(...files.map(({ lastModified }) => lastModified));
  const handles = files.map(handleOf).filter((handle) => handle !== null);
  return {
    id: name,
    name,
    origin: { kind: 'files', files, paths },
    address: null,
    key: `file:${name}:${files.length}:${bytes}:${changed}`,
    handles: handles.length === files.length ? handles : [],
    listed: null,
  };
}

function listedScale({ mpp_x: mppX, mpp_y: mppY = mppX }: SlideEntry): GivenScale | null {
  return mppX === undefined || mppY === undefined ? null : { mppX, mppY, source: 'manifest' };
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
