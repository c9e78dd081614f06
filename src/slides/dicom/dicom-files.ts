// A DICOM slide from files, of the user's computer or by range from a folder of a server: every DICOM file among them is
// looked at, the others are left alone (a folder of an archive holds reports and directories too).

import { isAbort } from '../../lib/abort.ts';
import { Failure, isFailure } from '../../lib/failure.ts';
import { BlockedBytes, type ByteSource } from '../bytes/byte-source.ts';
import type { SlideSource } from '../slide-source.ts';
import { dicomSlide, type FrameReader } from './dicom.ts';
import { isDicom, readDicomFile } from './dicom-file.ts';
import { FrameIndex } from './dicom-frames.ts';
import { type DicomImage, dicomImage } from './dicom-image.ts';

/** Files opened at the same time. */
const AT_ONCE = 16;
/** Kept of each file: a slide has a dozen. */
const KEPT_BYTES = 1 << 23;

export interface DicomFileSource {
  readonly name: string;
  readonly source: ByteSource;
  /** Bytes of the whole file, asked for once it has been read from. */
  sizeOf(signal: AbortSignal): Promise<number>;
}

interface OpenedFile {
  readonly image: DicomImage;
  readonly bytes: BlockedBytes;
  readonly frames: FrameIndex;
}

/**
 * Opens the slide in `files`; `name` is what the user knows it by.
 * @throws Failure `not-a-slide`, `unsupported-format`, `damaged`, and what reading throws; an AbortError.
 */
export async function openDicomFiles(
  files: readonly DicomFileSource[],
  name: string,
  signal: AbortSignal,
): Promise<SlideSource> {
  const opened: OpenedFile[] = [];
  const refusals: Failure[] = [];
  const left = [...files];
  while (left.length > 0) {
    const some = await Promise.all(left.splice(0, AT_ONCE).map((file) => openFile(file, signal).catch(asRefusal)));
    for (const result of some) {
      if (result instanceof Failure) refusals.push(result);
      else if (result !== null) opened.push(result);
    }
  }
  // One damaged file must not pass for a level that was never there.
  if (refusals[0] !== undefined) throw refusals[0];
  return dicomSlide(
    name,
    'DICOM',
    opened.map(({ image }) => image),
    new FileFrames(opened),
  );
}

function asRefusal(error: unknown): Failure {
  if (isFailure(error) && !isAbort(error)) return error;
  throw error;
}

/** Null for files that are not part of a slide. */
async function openFile({ name, source, sizeOf }: DicomFileSource, signal: AbortSignal): Promise<OpenedFile | null> {
  const bytes = new BlockedBytes(source, { budgetBytes: KEPT_BYTES });
  if (!isDicom(await bytes.read(0, 132, signal))) return null;
  const { attributes, pixels } = await readDicomFile(bytes, await sizeOf(signal), name, signal);
  const image = dicomImage(attributes);
  if (image === null) return null;
  if (pixels === null) {
    throw new Failure('damaged', `${name} was cut short: its pixels are missing. Copy it again.`);
  }
  return { image, bytes, frames: new FrameIndex(source, bytes, pixels, image.frameCount) };
}

class FileFrames implements FrameReader {
  readonly #files: ReadonlyMap<DicomImage, OpenedFile>;

  constructor(files: readonly OpenedFile[]) {
    this.#files = new Map(files.map((file) => [file.image, file]));
  }

  get bytesRead(): number {
    return [...this.#files.values()].reduce((sum, { bytes }) => sum + bytes.bytesRead, 0);
  }

  async read(image: DicomImage, frame: number, signal: AbortSignal) {
    return (await this.#files.get(image)?.frames.read(frame, signal)) ?? null;
  }

  close(): void {
    for (const { bytes } of this.#files.values()) bytes.clear();
  }
}
