// The properties file that libvips writes beside the tiles of a Deep Zoom pyramid: what the scanner's file said of
// itself, among it the spacing that Deep Zoom has no field for.

import { XMLParser } from 'fast-xml-parser';
import { z } from '../../lib/schema.ts';
import { plausibleSpacing } from '../spacing.ts';

const MICRONS_PER_MM = 1000;

const documentSchema = z.object({
  image: z.object({
    properties: z.object({ property: z.array(z.object({ name: z.string(), value: z.string().optional() })) }),
  }),
});

const namedValue = z.object({ name: z.string(), value: z.string() });

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

/**
 * What a scanner said of itself in the `scan-properties.xml` of a zipped pyramid (SZI), whatever its nesting: the texts
 * of all elements and of name/value pairs, by the last part of their names. An unreadable file has none.
 */
export function parseScanProperties(xml: string): Record<string, string> {
  if (xml === '') return {};
  const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, removeNSPrefix: true });
  const found: Record<string, string> = {};
  const walk = (node: unknown, name: string) => {
    if (typeof node === 'string') found[`szi.${name}`] = node;
    else if (Array.isArray(node)) for (const part of node) walk(part, name);
    else if (typeof node === 'object' && node !== null) {
      const pair = namedValue.safeParse(node);
      if (pair.success) found[`szi.${pair.data.name}`] = pair.data.value;
      else for (const [key, value] of Object.entries(node)) walk(value, key);
    }
  };
  try {
    walk(parser.parse(xml), '');
  } catch {
    return {};
  }
  return found;
}

/** Spacing in um per level-0 px: OpenSlide's, the SZI's, else from xres and yres (px a mm); null when neither is believable. */
export function spacingOfProperties(properties: Readonly<Record<string, string>>) {
  const numberOf = (name: string) => Number.parseFloat(properties[name] ?? '');
  return (
    plausibleSpacing(numberOf('openslide.mpp-x'), numberOf('openslide.mpp-y')) ??
    plausibleSpacing(numberOf('openslide.mpp-x'), numberOf('openslide.mpp-x')) ??
    plausibleSpacing(numberOf('szi.MicronsPerPixelX'), numberOf('szi.MicronsPerPixelY')) ??
    plausibleSpacing(MICRONS_PER_MM / numberOf('xres'), MICRONS_PER_MM / numberOf('yres'))
  );
}
