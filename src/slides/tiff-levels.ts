// Which pages of a TIFF are levels of the slide, and what the file says of its scale. Pure. Labels, macro pictures and
// thumbnails are other pages: they are left out here, so nothing ever reads them.

import { downsampleOfWidths } from '../pyramid/levels.ts';
import { plausibleSpacing } from './spacing.ts';
import type { TiffDirectory, TiffPage } from './tiff-pages.ts';

/** A smaller page whose height differs from the slide's shape by more than this is another picture. */
const SHAPE_TOLERANCE = 0.02;
const MICRONS_PER_UNIT: Readonly<Record<number, number>> = { 2: 25400, 3: 10000 };
const NOT_THE_SLIDE = /\b(label|macro|thumbnail)\b/i;

export type TiledPage = TiffPage & { readonly tiles: NonNullable<TiffPage['tiles']> };

/** The levels, finest first; none when the first page is not cut into tiles. */
export function levelPages({ pages, subPages }: TiffDirectory): TiledPage[] {
  const [first, ...others] = pages;
  if (first === undefined || !isTiled(first)) return [];
  const levels = [first];
  const smaller = [...subPages, ...others]
    .filter(isTiled)
    .filter((page) => hasShapeOf(first, page) && !NOT_THE_SLIDE.test(page.description.split('|')[0] ?? ''))
    .sort((a, b) => b.width - a.width);
  for (const page of smaller) {
    const last = levels.at(-1) ?? first;
    if (page.width < last.width && page.height <= last.height) levels.push(page);
  }
  return levels;
}

function isTiled(page: TiffPage): page is TiledPage {
  return page.tiles !== null && page.width > 0 && page.height > 0;
}

function hasShapeOf(first: TiffPage, page: TiffPage): boolean {
  const expectedHeight = first.height / downsampleOfWidths(first.width, page.width);
  return Math.abs(page.height - expectedHeight) <= Math.max(1.5, SHAPE_TOLERANCE * expectedHeight);
}

/** `key = value` pairs of an Aperio header, empty for any other file. The first line is under "header". */
export function aperioProperties(description: string): Record<string, string> {
  if (!description.startsWith('Aperio')) return {};
  const [header = '', ...pairs] = description.split('|');
  const entries = pairs.map((pair) => {
    const [key = '', ...value] = pair.split('=');
    return [`aperio.${key.trim()}`, value.join('=').trim()] as const;
  });
  return Object.fromEntries([['aperio.header', header.replace(/\s+/g, ' ').trim()], ...entries]);
}

/** Spacing in um per level-0 px: Aperio's own, else from the resolution tags; null when unknown or not believable. */
export function spacingOfTiff(page: TiffPage): { mppX: number; mppY: number } | null {
  const aperioMpp = Number.parseFloat(aperioProperties(page.description)['aperio.MPP'] ?? '');
  const aperio = plausibleSpacing(aperioMpp, aperioMpp);
  const micronsPerUnit = MICRONS_PER_UNIT[page.resolution?.unit ?? 0];
  if (aperio !== null || page.resolution === null || micronsPerUnit === undefined) return aperio;
  return plausibleSpacing(micronsPerUnit / page.resolution.x, micronsPerUnit / page.resolution.y);
}

export function formatOfTiff(page: TiffPage): string {
  if (page.description.startsWith('Aperio')) return 'Aperio SVS';
  return /<OME[\s>]/.test(page.description.slice(0, 2000)) ? 'OME-TIFF' : 'TIFF';
}
