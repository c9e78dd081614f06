// The size of a JPEG, PNG or WebP picture by its header, before anything is decoded: a few bytes can promise more pixels
// than memory holds. Pure. JPEG: ITU-T T.81 annex B; PNG: ISO 15948, 11.2.2; WebP: RFC 9649.

/** Bytes that headers are looked for in. */
export const HEADER_BYTES = 1 << 16;

/** px; null for other kinds of pictures, and where the header is further on. */
export function pictureSize(start: Uint8Array): { width: number; height: number } | null {
  const view = new DataView(start.buffer, start.byteOffset, start.length);
  const text = (at: number) => String.fromCharCode(...start.subarray(at, at + 4));
  if (text(1) === 'PNG\r' && start.length >= 24) return { width: view.getUint32(16), height: view.getUint32(20) };
  if (start[0] === 0xff && start[1] === 0xd8) return jpegSize(view);
  if (text(0) === 'RIFF' && text(8) === 'WEBP' && start.length >= 30) return webpSize(text(12), view);
  return null;
}

function jpegSize(view: DataView): { width: number; height: number } | null {
  for (let at = 2; at + 9 < view.byteLength; ) {
    const marker = view.getUint8(at + 1);
    if (view.getUint8(at) !== 0xff) return null;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
}

function webpSize(chunk: string, view: DataView): { width: number; height: number } | null {
  if (chunk === 'VP8 ') return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (chunk === 'VP8L') {
    const bits = view.getUint32(21, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >> 14) & 0x3fff) };
  }
  const three = (at: number) => 1 + (view.getUint32(at, true) & 0xffffff);
  return chunk === 'VP8X' ? { width: three(24), height: three(27) } : null;
}
