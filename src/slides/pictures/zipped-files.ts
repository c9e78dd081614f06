// The files in a zip archive, read in place: zip.js reads the directory at its end, each file is then a range of the
// archive. Entries of absurd size are refused before a byte is unpacked, and no file unpacks to more than it announced.

import type { Reader } from '@zip.js/zip.js';
import { isAbort } from '../../lib/abort.ts';
import { Failure, isFailure } from '../../lib/failure.ts';
import { joinBytes } from '../../lib/join-bytes.ts';
import type { BlockedBytes } from '../bytes/byte-source.ts';
import { pathFrom, type SlideFiles } from '../bytes/slide-files.ts';

/** More entries than any pyramid has tiles in practice: 2 million tiles of 256 px are a slide 360,000 px wide. */
const MAX_ENTRIES = 2_000_000;
/** A tile or description larger than this, packed or not, is no such thing. */
const MAX_ENTRY_BYTES = 1 << 26;

const LOCAL_HEADER_BYTES = 30;
const LOCAL_HEADER_SIGNATURE = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;

interface Entry {
  readonly offset: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly method: number;
  readonly encrypted: boolean;
}

export class ZippedFiles implements SlideFiles {
  readonly listed = true;
  readonly #archive: BlockedBytes;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(archive: BlockedBytes, entries: ReadonlyMap<string, Entry>) {
    this.#archive = archive;
    this.#entries = entries;
  }

  /**
   * Reads the archive's directory.
   * @throws Failure `damaged`, `unsupported-format`, and what reading throws; an AbortError.
   */
  static async open(archive: BlockedBytes, sizeBytes: number, signal: AbortSignal): Promise<ZippedFiles> {
    try {
      return new ZippedFiles(archive, await readDirectory(archive, sizeBytes, signal));
    } catch (cause) {
      if (isFailure(cause) || isAbort(cause) || signal.aborted) throw cause;
      throw new Failure('damaged', 'The zip archive is damaged or cut short. Copy or download it again.', { cause });
    }
  }

  get bytesRead(): number {
    return this.#archive.bytesRead;
  }

  /** All paths, from the archive's root. */
  get paths(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** The same files, by paths relative to the folder of `description`. */
  seenFrom(description: string): ZippedFiles {
    const entries = new Map([...this.#entries].map(([path, entry]) => [pathFrom(description, path), entry]));
    return new ZippedFiles(this.#archive, entries);
  }

  /** @throws Failure `damaged`, `unsupported-format`, and what reading throws; an AbortError. */
  async read(path: string, signal: AbortSignal): Promise<Blob | null> {
    const entry = this.#entries.get(path);
    if (entry === undefined) return null;
    if (entry.encrypted) throw unreadable(path, 'it is encrypted', 'Make the archive without a password.');
    if (Math.max(entry.bytes, entry.packedBytes) > MAX_ENTRY_BYTES) {
      throw unreadable(path, `it unpacks to ${entry.bytes} bytes`, 'A tile or description is never that large.');
    }
    const packed = await this.#packedBytes(entry, path, signal);
    if (entry.method === STORED) return new Blob([packed]);
    if (entry.method !== DEFLATED) {
      throw unreadable(path, `it is packed by method ${entry.method}`, 'Store or deflate the files of the archive.');
    }
    return inflate(packed, entry.bytes, signal);
  }

  async #packedBytes({ offset, packedBytes }: Entry, path: string, signal: AbortSignal) {
    const header = await this.#archive.read(offset, offset + LOCAL_HEADER_BYTES, signal);
    const view = new DataView(header.buffer);
    if (header.length < LOCAL_HEADER_BYTES || view.getUint32(0, true) !== LOCAL_HEADER_SIGNATURE) throw damaged(path);
    const start = offset + LOCAL_HEADER_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
    const packed = await this.#archive.read(start, start + packedBytes, signal);
    if (packed.length < packedBytes) throw damaged(path);
    return packed;
  }
}

async function readDirectory(archive: BlockedBytes, sizeBytes: number, signal: AbortSignal) {
  const { ZipReader } = await import('@zip.js/zip.js/lib/zip-core-reader.js');
  // The directory is read by position; the stream that the type asks for besides is for the entries' contents.
  const reader = {
    size: sizeBytes,
    readUint8Array: (index: number, length: number) => archive.read(index, index + length, signal),
  } as unknown as Reader<unknown>;
  const entries = new Map<string, Entry>();
  for await (const entry of new ZipReader(reader).getEntriesGenerator()) {
    if (entries.size >= MAX_ENTRIES) {
      throw new Failure(
        'unsupported-format',
        `The zip archive has more than ${MAX_ENTRIES} files: too many to open. Unpack it and open the folder.`,
      );
    }
    if (entry.directory) continue;
    entries.set(entry.filename, {
      offset: entry.offset,
      packedBytes: entry.compressedSize,
      bytes: entry.uncompressedSize,
      method: entry.compressionMethod,
      encrypted: entry.encrypted,
    });
  }
  return entries;
}

async function inflate(packed: Uint8Array<ArrayBuffer>, bytes: number, signal: AbortSignal): Promise<Blob> {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      length += value.length;
      if (length > bytes) break;
    }
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw damaged('A file', cause);
  } finally {
    reader.cancel().catch(() => {});
  }
  if (length !== bytes) throw damaged('A file');
  return new Blob([joinBytes(parts)]);
}

function damaged(path: string, cause?: unknown): Failure {
  return new Failure('damaged', `${path} in the zip archive is damaged. Copy or download the archive again.`, {
    cause,
  });
}

function unreadable(path: string, why: string, remedy: string): Failure {
  return new Failure('unsupported-format', `${path} in the zip archive can't be read: ${why}. ${remedy}`);
}
