// What one DICOM instance is to a slide: a level, or part of one, or a picture beside it. Pure: from attributes to plain
// values, which the rest of the DICOM reader works on.

import { Failure } from '../../lib/failure.ts';
import { plausibleSpacing } from '../spacing.ts';
import type { DicomAttributes } from './dicom-attributes.ts';

const MICRONS_PER_MM = 1000;

export type ImageFlavor = 'volume' | 'label' | 'overview' | 'thumbnail';

export interface DicomImage {
  /** What tells the instance from others. */
  readonly sopInstanceUid: string;
  readonly seriesUid: string;
  readonly flavor: ImageFlavor;
  /** Null when not known: web services tell it with each frame. */
  readonly transferSyntax: string | null;
  /** Of the whole matrix, px. */
  readonly width: number;
  readonly height: number;
  /** Of a frame, px. */
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly frameCount: number;
  /** um/px; null when not known or not believable. */
  readonly spacing: { readonly x: number; readonly y: number } | null;
  readonly colour: FrameColour;
  /** Frame (from 0, in this instance) by tile (row * columns + column); null when frames are simply in that order. */
  readonly frameOfTile: ReadonlyMap<number, number> | null;
  /** Instances with the same one are parts of one image; this part's frames begin at `firstFrame` of the whole. */
  readonly concatenation: string | null;
  readonly firstFrame: number;
  readonly instanceNumber: number;
  readonly objectivePower: number | null;
  readonly hasColourProfile: boolean;
  readonly properties: Readonly<Record<string, string>>;
}

export interface FrameColour {
  /** "RGB", "YBR_FULL_422", "MONOCHROME2", … */
  readonly photometric: string;
  readonly samplesPerPixel: number;
  readonly planar: boolean;
}

/**
 * Reads an instance; null when it is no part of a whole slide (a report, an annotation, a CT).
 * @throws Failure `damaged`, `unsupported-format`.
 */
export function dicomImage(from: DicomAttributes): DicomImage | null {
  const [width = 0] = from.numbers('TotalPixelMatrixColumns');
  const [height = 0] = from.numbers('TotalPixelMatrixRows');
  const flavor = flavorOf(from);
  if (flavor === null || from.texts('Modality')[0] === 'SEG') return null;
  const [tileWidth = 0] = from.numbers('Columns');
  const [tileHeight = 0] = from.numbers('Rows');
  const [frameCount = 1] = from.numbers('NumberOfFrames');
  if (![width, height, tileWidth, tileHeight, frameCount].every((size) => Number.isInteger(size) && size > 0)) {
    throw new Failure('damaged', 'The DICOM slide is damaged: it says that it has no pixels. Export it again.');
  }
  if ((from.numbers('BitsAllocated')[0] ?? 8) !== 8) {
    throw new Failure('unsupported-format', 'This DICOM slide has more than 8 bits a colour. Convert it to 8 bits.');
  }
  const [samplesPerPixel = 1] = from.numbers('SamplesPerPixel');
  const path = from.items('OpticalPathSequence')[0];
  const power = path?.numbers('ObjectiveLensPower')[0] ?? Number.NaN;
  return {
    sopInstanceUid: from.texts('SOPInstanceUID')[0] ?? '',
    seriesUid: from.texts('SeriesInstanceUID')[0] ?? '',
    flavor,
    transferSyntax: from.texts('TransferSyntaxUID')[0] ?? null,
    width,
    height,
    tileWidth,
    tileHeight,
    frameCount,
    spacing: spacingOf(from, width, height),
    colour: {
      photometric: from.texts('PhotometricInterpretation')[0] ?? '',
      samplesPerPixel,
      planar: from.numbers('PlanarConfiguration')[0] === 1,
    },
    frameOfTile: sparseFrames(from, { across: Math.ceil(width / tileWidth), tileWidth, tileHeight }),
    concatenation: from.texts('ConcatenationUID')[0] ?? null,
    firstFrame: from.numbers('ConcatenationFrameOffsetNumber')[0] ?? 0,
    instanceNumber: from.numbers('InstanceNumber')[0] ?? 0,
    objectivePower: Number.isFinite(power) ? power : null,
    hasColourProfile: path?.has('ICCProfile') ?? from.has('ICCProfile'),
    properties: propertiesOf(from),
  };
}

/** The third value of the image type; whole slides without one are taken for the slide itself. */
function flavorOf(from: DicomAttributes): ImageFlavor | null {
  const isTiled = from.numbers('TotalPixelMatrixColumns').length > 0;
  switch (from.texts('ImageType')[2]) {
    case 'LABEL':
      return isTiled ? 'label' : null;
    case 'OVERVIEW':
      return isTiled ? 'overview' : null;
    case 'THUMBNAIL':
      return isTiled ? 'thumbnail' : null;
    default:
      return isTiled ? 'volume' : null;
  }
}

/** From the pixel measures (mm: between rows, then between columns), else from the size of what was imaged (mm). */
function spacingOf(from: DicomAttributes, width: number, height: number): DicomImage['spacing'] {
  const groups = [...from.items('SharedFunctionalGroupsSequence'), ...from.items('PerFrameFunctionalGroupsSequence')];
  const measures = groups[0]?.items('PixelMeasuresSequence')[0];
  const [betweenRows = Number.NaN, betweenColumns = Number.NaN] = measures?.numbers('PixelSpacing') ?? [];
  const [volumeWidth = Number.NaN] = from.numbers('ImagedVolumeWidth');
  const [volumeHeight = Number.NaN] = from.numbers('ImagedVolumeHeight');
  const x = MICRONS_PER_MM * (betweenColumns > 0 ? betweenColumns : volumeWidth / width);
  const y = MICRONS_PER_MM * (betweenRows > 0 ? betweenRows : volumeHeight / height);
  return x > 0 && y > 0 ? { x: Number(x.toPrecision(9)), y: Number(y.toPrecision(9)) } : null;
}

/** The spacing of a whole slide from that of its finest level. */
export function slideSpacing({ spacing }: DicomImage) {
  return spacing === null ? null : plausibleSpacing(spacing.x, spacing.y);
}

/** Where each frame lies by its own words; null when all tiles are there in order (TILED_FULL). */
function sparseFrames(
  from: DicomAttributes,
  grid: { across: number; tileWidth: number; tileHeight: number },
): DicomImage['frameOfTile'] {
  if (from.texts('DimensionOrganizationType')[0] === 'TILED_FULL') return null;
  const frames = from.items('PerFrameFunctionalGroupsSequence');
  if (frames.length === 0) return null;
  const found = new Map<number, number>();
  frames.forEach((frame, index) => {
    const place = frame.items('PlanePositionSlideSequence')[0];
    const column = ((place?.numbers('ColumnPositionInTotalImagePixelMatrix')[0] ?? Number.NaN) - 1) / grid.tileWidth;
    const row = ((place?.numbers('RowPositionInTotalImagePixelMatrix')[0] ?? Number.NaN) - 1) / grid.tileHeight;
    if (!Number.isInteger(column) || !Number.isInteger(row) || column < 0 || row < 0 || column >= grid.across) {
      throw new Failure(
        'unsupported-format',
        'The frames of this DICOM slide do not lie on a grid. Convert it to a TILED_FULL image.',
      );
    }
    // Further focal planes and optical paths come later; the first one is shown.
    const tile = row * grid.across + column;
    if (!found.has(tile)) found.set(tile, index);
  });
  return found;
}

/** Of the device only: nothing that could name a patient. */
function propertiesOf(from: DicomAttributes): Record<string, string> {
  const named = [
    ['dicom.Manufacturer', 'Manufacturer'],
    ['dicom.ManufacturerModelName', 'ManufacturerModelName'],
    ['dicom.Modality', 'Modality'],
    ['dicom.PhotometricInterpretation', 'PhotometricInterpretation'],
    ['dicom.TransferSyntaxUID', 'TransferSyntaxUID'],
    ['dicom.DimensionOrganizationType', 'DimensionOrganizationType'],
  ] as const;
  return Object.fromEntries(
    named.flatMap(([key, name]) => {
      const value = from.texts(name).join(', ');
      return value === '' ? [] : [[key, value]];
    }),
  );
}
