// Whole slides in DICOM for tests: levels with known pixels, cut into frames in the ways the standard allows.

import { type Elements, writeDicom } from '../../../e2e/fixtures/dicom-writer.ts';

export const EXPLICIT = '1.2.840.10008.1.2.1';
export const IMPLICIT = '1.2.840.10008.1.2';
export const JPEG = '1.2.840.10008.1.2.4.50';

export interface MadeImage {
  readonly width: number;
  readonly height: number;
  readonly tilePx: number;
  /** mm between columns and between rows. */
  readonly spacingMm: readonly [x: number, y: number];
  readonly flavor?: string;
  readonly series?: string;
  readonly transferSyntax?: string;
  /** Frames that are there, by tile, in their order in the file; all when not given (TILED_FULL). */
  readonly sparse?: readonly number[];
  /** Frames of a concatenation: from, to. */
  readonly part?: readonly [from: number, to: number];
  readonly more?: Elements;
}

/** RGB at a pixel, different at every place. */
export function colourAt(x: number, y: number): readonly [number, number, number] {
  return [x % 251, y % 241, (3 * x + 5 * y) % 239];
}

export function madeFrames({ width, height, tilePx, sparse, part }: MadeImage): Uint8Array[] {
  const [across, down] = [Math.ceil(width / tilePx), Math.ceil(height / tilePx)];
  const all = sparse ?? Array.from({ length: across * down }, (_, tile) => tile);
  return all.slice(...(part ?? [0, all.length])).map((tile) => {
    const frame = new Uint8Array(3 * tilePx * tilePx);
    for (let y = 0; y < tilePx; y++) {
      for (let x = 0; x < tilePx; x++) {
        const at = colourAt((tile % across) * tilePx + x, Math.floor(tile / across) * tilePx + y);
        frame.set(at, 3 * (y * tilePx + x));
      }
    }
    return frame;
  });
}

/** The file of one instance; its frames are plain RGB unless `frames` says otherwise. */
export function madeDicom(
  image: MadeImage,
  frames?: { fragments: readonly Uint8Array[]; table?: readonly number[]; count: number },
): File {
  const plain = frames === undefined ? madeFrames(image) : [];
  const bytes = writeDicom({
    transferSyntax: image.transferSyntax ?? EXPLICIT,
    elements: elementsOf(image, frames?.count ?? plain.length),
    pixels: frames ?? new Uint8Array(Buffer.concat(plain)),
  });
  return new File([bytes], `${image.flavor ?? 'VOLUME'}-${image.width}.dcm`);
}

/** The instance's attributes in the DICOM JSON model, as web services answer with them (PS3.18, annex F). */
export function madeMetadata(image: MadeImage): Readonly<Record<string, unknown>> {
  return jsonOf(elementsOf(image, madeFrames(image).length));
}

function jsonOf(elements: Elements): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    elements.map(([tag, vr, value]) => {
      if (vr === 'PN') return [tag, { vr, Value: [{ Alphabetic: value }] }];
      if (typeof value !== 'string') {
        return [tag, { vr, Value: vr === 'SQ' ? (value as readonly Elements[]).map(jsonOf) : value }];
      }
      const values = value.split('\\');
      return [tag, { vr, Value: ['DS', 'IS'].includes(vr) ? values.map(Number) : values }];
    }),
  );
}

function elementsOf(image: MadeImage, frameCount: number): Elements {
  const { width, height, tilePx, spacingMm, flavor = 'VOLUME', series = '1.2.3', sparse, part } = image;
  const across = Math.ceil(width / tilePx);
  const measures: Elements = [['00280030', 'DS', `${spacingMm[1]}\\${spacingMm[0]}`]];
  const positions = (sparse ?? []).map(
    (tile): Elements => [
      [
        '0048021A',
        'SQ',
        [
          [
            ['0048021E', 'SL', [(tile % across) * tilePx + 1]],
            ['0048021F', 'SL', [Math.floor(tile / across) * tilePx + 1]],
          ],
        ],
      ],
    ],
  );
  return [
    ['00080008', 'CS', `ORIGINAL\\PRIMARY\\${flavor}\\NONE`],
    ['00080018', 'UI', `1.2.3.${width}.${part?.[0] ?? 0}`],
    ['00080060', 'CS', 'SM'],
    ['00100010', 'PN', 'Secret^Name'],
    ['0020000E', 'UI', series],
    ['00280002', 'US', [3]],
    ['00280004', 'CS', 'RGB'],
    ['00280006', 'US', [0]],
    ['00280008', 'IS', String(frameCount)],
    ['00280010', 'US', [tilePx]],
    ['00280011', 'US', [tilePx]],
    ['00280100', 'US', [8]],
    ['00480006', 'UL', [width]],
    ['00480007', 'UL', [height]],
    ['00209311', 'CS', sparse === undefined ? 'TILED_FULL' : 'TILED_SPARSE'],
    ['52009229', 'SQ', [[['00289110', 'SQ', [measures]]]]],
    ...(positions.length === 0 ? [] : [['52009230', 'SQ', positions] as const]),
    ...(part === undefined
      ? []
      : ([
          ['00209161', 'UI', '1.2.9'],
          ['00209228', 'UL', [part[0]]],
        ] as const)),
    ...(image.more ?? []),
  ];
}
