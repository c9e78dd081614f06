// A DICOM file (PS3.10) opened in place: dicom-parser reads what stands before the pixels, from as little of the file as
// that takes, and the frames are found by position. Whole files are never read.

import type { DataSet, Element } from 'dicom-parser';
import { isAbort } from '../../lib/abort.ts';
import { Failure, isFailure } from '../../lib/failure.ts';
import type { BlockedBytes } from '../bytes/byte-source.ts';
import { type AttributeName, attributes, type DicomAttributes } from './dicom-attributes.ts';

const PIXEL_DATA = 'x7fe00010';
const FIRST_READ_BYTES = 1 << 18;
/** Positions of a hundred thousand frames fit well; longer headers are damage. */
const MAX_HEADER_BYTES = 1 << 28;

/** Where the pixels begin. `length` is null for frames in fragments (encapsulated), else the bytes of all frames. */
export interface PixelPlace {
  readonly start: number;
  readonly length: number | null;
}

export interface DicomFile {
  readonly attributes: DicomAttributes;
  /** Null in files without pixels. */
  readonly pixels: PixelPlace | null;
}

/** True when `start` begins like a DICOM file. */
export function isDicom(start: Uint8Array): boolean {
  return String.fromCharCode(...start.subarray(128, 132)) === 'DICM';
}

/** @throws Failure `damaged`, `unsupported-format`, and what reading throws; an AbortError. */
export async function readDicomFile(
  bytes: BlockedBytes,
  sizeBytes: number,
  name: string,
  signal: AbortSignal,
): Promise<DicomFile> {
  const { parseDicom } = await import('dicom-parser');
  for (let length = FIRST_READ_BYTES; ; length *= 4) {
    const start = await bytes.read(0, Math.min(length, sizeBytes), signal);
    try {
      const dataSet = parseDicom(start, { untilTag: PIXEL_DATA });
      const found = dataSet.elements[PIXEL_DATA];
      // Without pixels the end of what was read passes for the end of the file.
      if (found === undefined && start.length < sizeBytes) throw new Error('no pixels so far');
      return { attributes: fileAttributes(dataSet), pixels: found === undefined ? null : pixelPlace(found) };
    } catch (cause) {
      if (isFailure(cause) || isAbort(cause)) throw cause;
      if (/deflate/.test(String(cause))) {
        throw new Failure(
          'unsupported-format',
          `${name} is a deflated DICOM file. Convert it to explicit little endian.`,
        );
      }
      if (length >= Math.min(sizeBytes, MAX_HEADER_BYTES)) {
        throw new Failure('damaged', `${name} is a damaged DICOM file, or was cut short. Copy it again.`, { cause });
      }
    }
  }
}

function pixelPlace({ dataOffset, length, hadUndefinedLength }: Element): PixelPlace {
  // The parser stops at the element: of an undefined length only the mark for it is known.
  const isUndefined = hadUndefinedLength === true || length === 0xffffffff;
  return { start: dataOffset, length: isUndefined ? null : length };
}

function fileAttributes(dataSet: DataSet): DicomAttributes {
  const keyOf = (name: AttributeName) => `x${attributes[name][0].toLowerCase()}`;
  const texts = (name: AttributeName): readonly string[] => {
    const value = dataSet.string(keyOf(name));
    return value === undefined ? [] : value.split('\\').map((part) => part.replace(/\0+$/, '').trim());
  };
  return {
    has: (name) => dataSet.elements[keyOf(name)] !== undefined,
    texts,
    numbers: (name) => {
      const [, vr] = attributes[name];
      if (vr === 'DS' || vr === 'IS')
        return texts(name)
          .filter((text) => text !== '')
          .map(Number);
      return binaryNumbers(dataSet, keyOf(name), vr);
    },
    items: (name) =>
      (dataSet.elements[keyOf(name)]?.items ?? []).flatMap((item) =>
        item.dataSet === undefined ? [] : [fileAttributes(item.dataSet)],
      ),
  };
}

function binaryNumbers(dataSet: DataSet, key: string, vr: string): number[] {
  const bytes = vr === 'US' ? 2 : 4;
  const count = Math.floor((dataSet.elements[key]?.length ?? 0) / bytes);
  const read = (index: number): number | undefined => {
    if (vr === 'US') return dataSet.uint16(key, index);
    if (vr === 'FL') return dataSet.float(key, index);
    if (vr === 'SL') return dataSet.int32(key, index);
    return dataSet.uint32(key, index);
  };
  return Array.from({ length: Math.min(count, 16) }, (_, index) => read(index) ?? Number.NaN);
}
