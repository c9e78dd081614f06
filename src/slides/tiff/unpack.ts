// The lossless packings of TIFF: deflate, LZW, PackBits and Zstandard. Each stops at the number of bytes that the block
// is to hold: what a damaged or malicious file would unpack beyond that is never made. Pure but for the browser's inflate.
// LZW and PackBits: TIFF 6.0, sections 13 and 9.

type Bytes = Uint8Array<ArrayBuffer>;

/** Unpacks the first `length` bytes, fewer where the packed ones end before. Throws on nonsense. */
export type Unpack = (packed: Bytes, length: number) => Bytes | Promise<Bytes>;

/** By the number in the compression tag. */
export const unpackers: ReadonlyMap<number, Unpack> = new Map<number, Unpack>([
  [1, (packed, length) => packed.subarray(0, length)],
  [5, unpackLzw],
  [8, inflate],
  [32773, unpackBits],
  [32946, inflate],
  [50000, unpackZstandard],
]);

async function inflate(packed: Bytes, length: number): Promise<Bytes> {
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'));
  const collected = new Collected(length);
  const reader = unpacked.getReader();
  try {
    while (!collected.full) {
      const { done, value } = await reader.read();
      if (done) break;
      collected.add(value);
    }
  } finally {
    // Also when it is full: what follows is not wanted, and not waited for.
    reader.cancel().catch(() => {});
  }
  return collected.bytes;
}

/** What a frame may ask the decoder to remember: the most that the format's own tools give without being told. */
const ZSTD_WINDOW_BYTES = 1 << 27;
/** Packed bytes handed over at a time: bounds what is unpacked before the collector is asked whether it is full. */
const ZSTD_STEP_BYTES = 1 << 14;

async function unpackZstandard(packed: Bytes, length: number): Promise<Bytes> {
  if (zstandardWindow(packed) > ZSTD_WINDOW_BYTES) throw new Error('a window of no sound size');
  const { Decompress } = await import('fzstd');
  const collected = new Collected(length);
  const stream = new Decompress((chunk) => collected.add(chunk));
  for (let at = 0; at < packed.length && !collected.full; at += ZSTD_STEP_BYTES) {
    stream.push(packed.subarray(at, at + ZSTD_STEP_BYTES), at + ZSTD_STEP_BYTES >= packed.length);
  }
  return collected.bytes;
}

/** Bytes that the frame wants to be remembered (RFC 8878, 3.1.1.1): its window, or all of it. */
function zstandardWindow(packed: Bytes): number {
  const descriptor = packed[4] ?? 0;
  const hasWindow = (descriptor & 0x20) === 0;
  if (hasWindow) {
    const window = packed[5] ?? 0;
    return 2 ** (10 + (window >> 3)) * (1 + (window & 7) / 8);
  }
  const start = 5 + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  const size = [1, 2, 4, 8][descriptor >> 6] ?? 1;
  return packed.subarray(start, start + size).reduceRight((sum, byte) => 256 * sum + byte, 0);
}

class Collected {
  readonly #bytes: Bytes;
  #length = 0;

  constructor(length: number) {
    this.#bytes = new Uint8Array(length);
  }

  add(chunk: Uint8Array): void {
    const part = chunk.subarray(0, this.#bytes.length - this.#length);
    this.#bytes.set(part, this.#length);
    this.#length += part.length;
  }

  get full(): boolean {
    return this.#length === this.#bytes.length;
  }

  get bytes(): Bytes {
    return this.#bytes.subarray(0, this.#length);
  }
}

function unpackBits(packed: Bytes, length: number): Bytes {
  const unpacked = new Uint8Array(length);
  let to = 0;
  for (let at = 0; at < packed.length && to < length; ) {
    const head = packed[at++] ?? 0;
    if (head === 128) continue;
    if (head < 128) {
      const part = packed.subarray(at, at + Math.min(head + 1, length - to));
      unpacked.set(part, to);
      to += part.length;
      at += head + 1;
    } else {
      const end = Math.min(length, to + 257 - head);
      unpacked.fill(packed[at++] ?? 0, to, end);
      to = end;
    }
  }
  return unpacked.subarray(0, to);
}

const CLEAR = 256;
const END = 257;
const FIRST_FREE = 258;
const MAX_CODES = 4096;

/**
 * Each code stands for bytes that were written before: the string of the code before it and one byte more. So a string
 * is kept as where it began in the output and how long it is, and writing it is copying.
 */
function unpackLzw(packed: Bytes, length: number): Bytes {
  const unpacked = new Uint8Array(length);
  const starts = new Uint32Array(MAX_CODES);
  const lengths = new Uint32Array(MAX_CODES);
  let next = FIRST_FREE;
  let bits = 9;
  let previous: { start: number; length: number } | null = null;
  let to = 0;
  let held = 0;
  let heldBits = 0;
  for (let at = 0; to < length; ) {
    while (heldBits < bits && at < packed.length) {
      held = ((held << 8) | (packed[at++] ?? 0)) & 0xffffff;
      heldBits += 8;
    }
    if (heldBits < bits) break;
    heldBits -= bits;
    const code = (held >> heldBits) & ((1 << bits) - 1);
    if (code === END) break;
    if (code === CLEAR) {
      [next, bits, previous] = [FIRST_FREE, 9, null];
      continue;
    }
    const start = to;
    if (code < CLEAR) unpacked[to++] = code;
    else {
      // The code that is only being made is the string before and its own first byte.
      const known = code < next;
      if (!known && (code !== next || previous === null)) throw new Error('a code that was never made');
      const from = known ? (starts[code] ?? 0) : (previous?.start ?? 0);
      const count = Math.min(length - to, known ? (lengths[code] ?? 0) : (previous?.length ?? 0) + 1);
      for (let k = 0; k < count; k++) unpacked[to + k] = unpacked[from + k] ?? 0;
      to += count;
    }
    if (previous !== null && next < MAX_CODES) {
      starts[next] = previous.start;
      lengths[next] = previous.length + 1;
      next++;
    }
    previous = { start, length: to - start };
    // TIFF's writers change to longer codes one code early.
    if (next + 1 >= 1 << bits && bits < 12) bits++;
  }
  return unpacked.subarray(0, to);
}

/** Undoes horizontal differencing (predictor 2) of 8-bit samples, in place. */
export function undoDifferences(samples: Uint8Array, widthPx: number, samplesPerPixel: number): void {
  const rowLength = widthPx * samplesPerPixel;
  for (let row = 0; row < samples.length; row += rowLength) {
    const end = Math.min(row + rowLength, samples.length);
    for (let at = row + samplesPerPixel; at < end; at++) {
      samples[at] = (samples[at] ?? 0) + (samples[at - samplesPerPixel] ?? 0);
    }
  }
}
