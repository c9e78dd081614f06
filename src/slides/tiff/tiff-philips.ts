// Philips TIFF (and what is exported in its manner, such as the CAMELYON slides): the sizes of its pages are rounded up
// to whole tiles, so how far a level is scaled down stands only in the XML of the first page. Pure.
// Learned from files and from OpenSlide's description: https://openslide.org/formats/philips/

import { plausibleSpacing } from '../spacing.ts';
import type { TiffLayout } from './tiff-layout.ts';
import type { TiffPage } from './tiff-pages.ts';

const MICRONS_PER_MM = 1000;

export function isPhilips({ software, description }: TiffPage): boolean {
  return software.startsWith('Philips') && description.slice(0, 5000).includes('DPUfsImport');
}

export function layoutOfPhilips(pages: readonly TiffPage[]): TiffLayout {
  const description = pages[0]?.description ?? '';
  const spacings = spacingsOf(description);
  const levels = pages.filter(({ blocks }) => blocks?.kind === 'tiles');
  const [first] = levels;
  const { width = 0, height = 0 } = first ?? {};
  const said = spacings[0];
  const downsamples = downsamplesOf(levels.length, spacings);
  return {
    format: 'Philips TIFF',
    levels: levels.map((page, index) => {
      const downsample = downsamples[index] ?? 1;
      return {
        width: Math.min(page.width, Math.max(1, Math.floor(width / downsample))),
        height: Math.min(page.height, Math.max(1, Math.floor(height / downsample))),
        downsample,
        pages: [page],
      };
    }),
    associated: pages.flatMap((page) => {
      const kind = /^(label|macro)/i.exec(page.description)?.[1]?.toLowerCase();
      return page.blocks?.kind === 'strips' && kind !== undefined ? [{ kind: kind as 'label' | 'macro', page }] : [];
    }),
    spacing: said === undefined ? null : plausibleSpacing(MICRONS_PER_MM * said.x, MICRONS_PER_MM * said.y),
    objectivePower: null,
    properties: propertiesOf(description),
  };
}

/** By the spacings; where a level has none, or one that can't be, it is half the level before, as these files have it. */
function downsamplesOf(levels: number, spacings: readonly { x: number }[]): number[] {
  const [finest] = spacings;
  const downsamples = [1];
  for (let index = 1; index < levels; index++) {
    const before = downsamples[index - 1] ?? 1;
    const said = Math.round((spacings[index]?.x ?? Number.NaN) / (finest?.x ?? Number.NaN));
    downsamples.push(Number.isSafeInteger(said) && said > before ? said : 2 * before);
  }
  return downsamples;
}

/** Spacing of each level in mm/px, as DICOM has it: of the rows (y) first. */
function spacingsOf(xml: string): { x: number; y: number }[] {
  const pattern = /Name="DICOM_PIXEL_SPACING"[^>]*>\s*(?:"|&quot;)([\d.e+-]+)(?:"|&quot;)\s+(?:"|&quot;)([\d.e+-]+)/i;
  const levels = xml.split('ObjectType="PixelDataRepresentation"').slice(1);
  return levels.flatMap((level) => {
    const [, y, x] = pattern.exec(level) ?? [];
    const spacing = { x: Number(x), y: Number(y) };
    return spacing.x > 0 && spacing.y > 0 ? [spacing] : [];
  });
}

function propertiesOf(xml: string): Record<string, string> {
  const named = ['DICOM_MANUFACTURER', 'DICOM_MANUFACTURERS_MODEL_NAME', 'DICOM_ACQUISITION_DATETIME'];
  const entries = named.flatMap((name) => {
    const value = new RegExp(`Name="${name}"[^>]*>([^<]{1,200})<`).exec(xml)?.[1];
    return value === undefined ? [] : [[`philips.${name}`, value] as const];
  });
  return Object.fromEntries(entries);
}
