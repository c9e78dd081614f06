// Reads a Deep Zoom description: XML in the 2008 or 2009 namespace, or the same as JSON. It fetches nothing.

import { XMLParser } from 'fast-xml-parser';
import { Failure } from '../../lib/failure.ts';
import { check, z } from '../../lib/schema.ts';
import { looksLikeDeepZoom } from '../sniff.ts';

const NAMESPACES: readonly [string, string] = [
  'http://schemas.microsoft.com/deepzoom/2008',
  'http://schemas.microsoft.com/deepzoom/2009',
];
/** What browsers decode. */
const FORMATS = ['jpg', 'jpeg', 'png', 'webp', 'avif'];

const wholeNumber = z.coerce.number().int().nonnegative();
const positive = wholeNumber.min(1);
const oneOrMore = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(schema));

const displayRectSchema = z.object({
  MinLevel: wholeNumber,
  MaxLevel: wholeNumber,
  Rect: z.object({ X: wholeNumber, Y: wholeNumber, Width: wholeNumber, Height: wholeNumber }),
});

const imageSchema = z.object({
  Url: z.string().min(1).optional(),
  Format: z.string(),
  Overlap: wholeNumber,
  TileSize: positive,
  Size: z.object({ Width: positive, Height: positive }),
  DisplayRects: z
    .union([
      z.literal('').transform(() => []),
      z.object({ DisplayRect: oneOrMore(displayRectSchema) }).transform((all) => all.DisplayRect),
    ])
    .optional(),
});

export interface DeepZoomDescription {
  /** Level-0 px. */
  readonly width: number;
  readonly height: number;
  /** px of a tile's core, and of what it repeats from each neighbour. */
  readonly tileSizePx: number;
  readonly overlapPx: number;
  /** File name ending of the tiles. */
  readonly format: string;
  /** Folder of the tiles where it is not the usual one. */
  readonly tilesUrl: string | null;
  /** Where there are tiles, level-0 px; null when everywhere. Levels are the format's own: 0 is the coarsest. */
  readonly displayRects: readonly DisplayRect[] | null;
}

export interface DisplayRect {
  readonly minLevel: number;
  readonly maxLevel: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Reads the description.
 * @throws Failure `not-a-slide` when it is none, `unsupported-format` when browsers can't show its tiles.
 */
export function parseDeepZoom(text: string, name: string): DeepZoomDescription {
  const isOne = looksLikeDeepZoom(text) && NAMESPACES.includes(namespaceOf(text) ?? NAMESPACES[0]);
  const parsed = check(imageSchema, isOne ? outerImage(text, name) : undefined);
  if (!parsed.success) {
    const where = parsed.error.issues[0];
    const what = where === undefined || where.path.length === 0 ? '' : ` (${where.path.join('.')}: ${where.message})`;
    throw new Failure('not-a-slide', `${name} is not a Deep Zoom description${what}. Open the .dzi file of a slide.`);
  }
  const { Url, Format, Overlap, TileSize, Size, DisplayRects } = parsed.data;
  if (!FORMATS.includes(Format.toLowerCase())) {
    throw new Failure(
      'unsupported-format',
      `The tiles of ${name} are ${Format} files, which browsers can't show. Make the pyramid with JPEG or PNG tiles.`,
    );
  }
  return {
    width: Size.Width,
    height: Size.Height,
    tileSizePx: TileSize,
    overlapPx: Overlap,
    format: Format,
    tilesUrl: Url ?? null,
    displayRects:
      DisplayRects?.map(({ MinLevel, MaxLevel, Rect }) => ({
        minLevel: MinLevel,
        maxLevel: MaxLevel,
        x: Rect.X,
        y: Rect.Y,
        width: Rect.Width,
        height: Rect.Height,
      })) ?? null,
  };
}

/** The namespace that the XML or JSON declares; null when it declares none, which is common in JSON. */
function namespaceOf(text: string): string | null {
  return /\bxmlns(?::\w+)?"?\s*[=:]\s*["']([^"']+)["']/.exec(text)?.[1] ?? null;
}

function outerImage(text: string, name: string): unknown {
  try {
    const document: unknown = text.trimStart().startsWith('{')
      ? JSON.parse(text)
      : new XMLParser({
          ignoreAttributes: false,
          attributeNamePrefix: '',
          removeNSPrefix: true,
          parseTagValue: false,
        }).parse(text);
    return z.object({ Image: z.unknown() }).parse(document).Image;
  } catch (cause) {
    throw new Failure(
      'damaged',
      `${name} can't be read as a Deep Zoom description: it is cut short or damaged. Copy or download it again.`,
      {
        cause,
      },
    );
  }
}
