// A TIFF as most writers leave it, Aperio among them: a list of pages, levels and other pictures mixed. Pure.

import { downsampleOfWidths } from '../../pyramid/levels.ts';
import type { AssociatedImage } from '../slide-source.ts';
import { plausibleSpacing, spacingOfResolution } from '../spacing.ts';
import type { LevelOfPages, TiffLayout } from './tiff-layout.ts';
import type { TiffPage } from './tiff-pages.ts';

/** A smaller page whose height differs from the slide's shape by more than this is another picture. */
const SHAPE_TOLERANCE = 0.02;
const MACRO_BIT = 8;

/** Levels are pages, largest first, wherever they stand; what names itself otherwise is beside the slide. */
export function layoutOfPageList(pages: readonly TiffPage[]): TiffLayout {
  const [first, ...others] = pages;
  const properties = aperioProperties(first?.description ?? '');
  const isAperio = 'aperio.header' in properties;
  const objective = Number.parseFloat(properties['aperio.AppMag'] ?? '');
  const mpp = Number.parseFloat(properties['aperio.MPP'] ?? '');
  const associated = others.flatMap((page, index) => {
    const kind = kindOfPicture(page, isAperio && index === 0);
    return kind === null ? [] : [{ kind, page }];
  });
  const beside = new Set(associated.map(({ page }) => page));
  return {
    format: isAperio ? 'Aperio SVS' : 'TIFF',
    levels: first === undefined ? [] : levelsOf(first, [...first.below, ...others.filter((page) => !beside.has(page))]),
    associated,
    spacing: plausibleSpacing(mpp, mpp) ?? spacingOfResolution(first?.resolution ?? null),
    objectivePower: Number.isFinite(objective) ? objective : null,
    properties,
  };
}

/** The first page and those of `others` that show the same at a smaller size. */
function levelsOf(first: TiffPage, others: readonly TiffPage[]): LevelOfPages[] {
  const levels: LevelOfPages[] = [levelOf(first, first)];
  const smaller = others
    .filter((page) => page.blocks?.kind === 'tiles' && page.width > 0 && hasShapeOf(first, page))
    .sort((a, b) => b.width - a.width);
  for (const page of smaller) {
    const last = levels.at(-1);
    if (last !== undefined && page.width < last.width && page.height <= last.height) levels.push(levelOf(first, page));
  }
  return levels;
}

function levelOf(first: TiffPage, page: TiffPage): LevelOfPages {
  const { width, height } = page;
  return { width, height, downsample: downsampleOfWidths(first.width, width), pages: [page] };
}

function hasShapeOf(first: TiffPage, page: TiffPage): boolean {
  const expectedHeight = first.height / downsampleOfWidths(first.width, page.width);
  return Math.abs(page.height - expectedHeight) <= Math.max(1.5, SHAPE_TOLERANCE * expectedHeight);
}

/** What a page beside the slide shows, by its own words; null for one that may be a level. */
function kindOfPicture(page: TiffPage, afterSlide: boolean): AssociatedImage['kind'] | null {
  // Of an Aperio description only the first part speaks of the page; the rest repeats the slide's.
  const said = /\b(label|macro|overview|thumbnail)\b/i.exec(page.description.split('|')[0] ?? '')?.[1]?.toLowerCase();
  if (said !== undefined) return said === 'overview' ? 'macro' : (said as 'label' | 'macro' | 'thumbnail');
  if ((page.subfileType & MACRO_BIT) !== 0) return 'macro';
  return afterSlide && page.blocks?.kind === 'strips' ? 'thumbnail' : null;
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
