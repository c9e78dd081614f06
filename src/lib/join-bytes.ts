// Bytes that came in parts, as one piece. Blobs of pictures too must be of one piece: Firefox tells a picture's kind by
// the first part of its blob alone, and can't decode one whose first part is only a few bytes long.

/** All parts, one after the other. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
