// Arrays of numbers as text and back: base64 of their bytes, little-endian, beside what type and shape they have. Bits
// are kept: NaN stays NaN.

export interface ArrayText {
  readonly dtype: 'uint8' | 'float32';
  /** Row-major. */
  readonly shape: readonly number[];
  readonly data: string;
}

/** Bytes turned into text at once: a multiple of three (so that the pieces join) and of four (whole numbers). */
const PIECE_BYTES = 24_576;

/** The array as JSON text of an ArrayText, in pieces. */
export function* writeArray(values: Uint8Array | Float32Array, shape: readonly number[]): Generator<string> {
  const dtype = values instanceof Uint8Array ? 'uint8' : 'float32';
  yield `{"dtype":"${dtype}","shape":${JSON.stringify(shape)},"data":"`;
  const step = PIECE_BYTES / values.BYTES_PER_ELEMENT;
  for (let from = 0; from < values.length; from += step) {
    const bytes = littleEndian(values.subarray(from, from + step));
    yield btoa(String.fromCharCode(...bytes));
  }
  yield '"}';
}

/** The numbers of an ArrayText that should have `shape`; null when its bytes are not as many, or not base64. */
export function readBytes(text: ArrayText): Uint8Array | null {
  const bytes = decodeBase64(text.data);
  const expected = text.shape.reduce((product, size) => product * size, text.dtype === 'uint8' ? 1 : 4);
  return bytes?.length === expected ? bytes : null;
}

/** Little-endian bytes as float32. */
export function floatsOf(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(index * 4, true));
}

function littleEndian(values: Uint8Array | Float32Array): Uint8Array {
  if (values instanceof Uint8Array) return values;
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    view.setFloat32(index * 4, value, true);
  });
  return bytes;
}

function decodeBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
