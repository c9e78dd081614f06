// The properties file that libvips writes beside the tiles of a Deep Zoom pyramid: what the scanner's file said of
// itself, among it the spacing that Deep Zoom has no field for.

import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { plausibleSpacing } from './spacing.ts';

const MICRONS_PER_MM = 1000;

const documentSchema = z.object({
  image: z.object({
    properties: z.object({ property: z.array(z.object({ name: z.string(), value: z.string().optional() })) }),
  }),
});

/** Name to value, as written. An unreadable file has no properties. */
export function parseVipsProperties(xml: string): Record<string, string> {
  const parser = new XMLParser({
    ignoreAttributes: true,
    parseTagValue: false,
    isArray: (name) => name === 'property',
  });
  try {
    const document = documentSchema.parse(parser.parse(xml));
    return Object.fromEntries(document.image.properties.property.map(({ name, value }) => [name, value ?? '']));
  } catch {
    return {};
  }
}

/** Spacing in um per level-0 px: OpenSlide's, else from xres and yres (px a mm); null when neither is believable. */
export function spacingOfProperties(properties: Readonly<Record<string, string>>) {
  const numberOf = (name: string) => Number.parseFloat(properties[name] ?? '');
  return (
    plausibleSpacing(numberOf('openslide.mpp-x'), numberOf('openslide.mpp-y')) ??
    plausibleSpacing(numberOf('openslide.mpp-x'), numberOf('openslide.mpp-x')) ??
    plausibleSpacing(MICRONS_PER_MM / numberOf('xres'), MICRONS_PER_MM / numberOf('yres'))
  );
}
