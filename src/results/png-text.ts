// Writes a text into a PNG file: one chunk after the header, where every reader finds it. Chunks as the PNG
// specification (third edition, 5.3, 11.3.3) lays them out; the picture's own bytes stay as they are.

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Signature, then IHDR: length, name, 13 bytes of header, CRC. */
const HEADER_END = SIGNATURE.length + 4 + 4 + 13 + 4;

/** A copy of `png` with `text` under `keyword` (Latin letters, at most 79): tEXt where Latin-1 holds it, else iTXt. */
export function withPngText(png: Uint8Array, keyword: string, text: string): Uint8Array<ArrayBuffer> {
  if (png.length < HEADER_END || SIGNATURE.some((byte, at) => png[at] !== byte)) throw new Error('This is not a PNG.');
  if (!/^[\x21-\x7e]{1,79}$/.test(keyword)) throw new Error(`"${keyword}" can't be the keyword of a PNG text.`);
  const added = textChunk(keyword, text);
  const out = new Uint8Array(png.length + added.length);
  out.set(png.subarray(0, HEADER_END));
  out.set(added, HEADER_END);
  out.set(png.subarray(HEADER_END), HEADER_END + added.length);
  return out;
}

function textChunk(keyword: string, text: string): Uint8Array {
  const utf8 = new TextEncoder();
  const key = [...utf8.encode(keyword), 0];
  const isLatin1 = /^[\n\x20-\x7e\xa1-\xff]*$/.test(text);
  if (isLatin1) return chunk('tEXt', [key, Uint8Array.from(text, (letter) => letter.charCodeAt(0))]);
  // After the keyword: not compressed (two bytes), no language, no translated keyword (each ended by 0).
  return chunk('iTXt', [key, [0, 0, 0, 0], utf8.encode(text)]);
}

function chunk(name: string, parts: readonly ArrayLike<number>[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const out = new Uint8Array(12 + length);
  const view = new DataView(out.buffer);
  view.setUint32(0, length);
  out.set(new TextEncoder().encode(name), 4);
  let at = 8;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  view.setUint32(at, crc32(out.subarray(4, at)));
  return out;
}

/** CRC-32 as PNG uses it (ISO 3309, reflected polynomial). */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
