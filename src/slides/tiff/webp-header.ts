// The size of a WebP picture, read from its header before the browser is asked to make room for it.
// RFC 9649, sections 2.5 to 2.7.

import { damagedTile } from '../damaged-tile.ts';

/**
 * Checks that `bytes` begin like a WebP picture no larger than `limit`, px.
 * @throws Failure `damaged`.
 */
export function checkWebp(bytes: Uint8Array<ArrayBuffer>, limit: { width: number; height: number }): void {
  const size = bytes.length < 30 ? null : sizeOf(new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
  if (size === null || size.width > limit.width || size.height > limit.height) {
    throw damagedTile('it does not hold a WebP picture of its size');
  }
}

function sizeOf(view: DataView): { width: number; height: number } | null {
  const kind = String.fromCharCode(...[12, 13, 14, 15].map((at) => view.getUint8(at)));
  const sized = (from: (at: number) => number) => ({ width: from(0), height: from(1) });
  if (kind === 'VP8 ') return sized((k) => view.getUint16(26 + 2 * k, true) & 0x3fff);
  if (kind === 'VP8L') return sized((k) => ((view.getUint32(21, true) >>> (14 * k)) & 0x3fff) + 1);
  if (kind === 'VP8X') return sized((k) => (view.getUint16(24 + 3 * k, true) | (view.getUint8(26 + 3 * k) << 16)) + 1);
  return null;
}
