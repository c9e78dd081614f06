// The server's list of slides: `slides/index.json`, whose entries may also say how large a pixel is.

import type { SlideEntry } from '../slides/slide-entry.ts';

const phantom: SlideEntry = { id: 'phantom', title: 'Phantom (made slide)', url: 'slides/phantom/phantom.dzi' };

/** The server's list; a static host without one still has the phantom. */
export async function fetchSlideList(baseUrl: string): Promise<readonly SlideEntry[]> {
  try {
    const response = await fetch(new URL('slides/index.json', baseUrl));
    if (!response.ok) return [phantom];
    const { slides } = (await response.json()) as { slides: unknown };
    return Array.isArray(slides) ? slides.filter(isEntry).map(believable) : [phantom];
  } catch {
    return [phantom];
  }
}

export interface ListedCohort {
  readonly title: string;
  readonly url: string;
}

/** The cohorts that lie beside the server's slides; none on a static host. */
export async function fetchCohortList(baseUrl: string): Promise<readonly ListedCohort[]> {
  const response = await fetch(new URL('slides/index.json', baseUrl)).catch(() => null);
  if (response === null || !response.ok) return [];
  const { cohorts = [] } = (await response.json().catch(() => ({}))) as { cohorts?: unknown };
  const isListed = (value: unknown): value is ListedCohort => {
    const entry = value as Partial<ListedCohort> | null;
    return typeof entry?.title === 'string' && typeof entry.url === 'string';
  };
  return Array.isArray(cohorts) ? cohorts.filter(isListed) : [];
}

function isEntry(value: unknown): value is SlideEntry {
  const entry = value as Partial<SlideEntry> | null;
  return typeof entry?.id === 'string' && typeof entry.title === 'string' && typeof entry.url === 'string';
}

/** Without what can't be a pixel's size. */
function believable({ id, title, url, mpp_x, mpp_y }: SlideEntry): SlideEntry {
  const isSize = (mpp: unknown) => typeof mpp === 'number' && mpp > 0 && mpp < 1000;
  return {
    id,
    title,
    url,
    ...(mpp_x !== undefined && isSize(mpp_x) ? { mpp_x } : {}),
    ...(mpp_y !== undefined && isSize(mpp_y) ? { mpp_y } : {}),
  };
}
