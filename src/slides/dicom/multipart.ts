// The first part of a multipart answer (RFC 2046), as DICOMweb services send frames. Pure.

import { Failure } from '../../lib/failure.ts';

const NEWLINE = [13, 10];

/**
 * The content of the first part of `body`; the body itself when `contentType` is of a single part.
 * @throws Failure `damaged` when the body does not have the parts that its type announces.
 */
export function firstPart(body: Uint8Array<ArrayBuffer>, contentType: string): Uint8Array<ArrayBuffer> {
  if (!/^\s*multipart\//i.test(contentType)) return body;
  const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  // Servers that hide the boundary still begin with it.
  const boundary = new TextEncoder().encode(`--${quoted ?? plain ?? ''}`);
  const opening = indexOf(body, boundary, 0);
  const headersEnd = indexOf(body, [...NEWLINE, ...NEWLINE], Math.max(0, opening));
  if (opening < 0 || headersEnd < 0) throw damaged();
  const start = headersEnd + 4;
  const headers = new TextDecoder().decode(body.subarray(opening, headersEnd));
  // A length, where it is told, spares the search through the content.
  const told = Number(/^content-length:\s*(\d+)\s*$/im.exec(headers)?.[1] ?? Number.NaN);
  const closing = [...NEWLINE, ...boundary];
  const end = closing.every((byte, k) => body[start + told + k] === byte)
    ? start + told
    : indexOf(body, closing, start);
  if (end < 0) throw damaged();
  return body.slice(start, end);
}

function indexOf(bytes: Uint8Array, wanted: ArrayLike<number>, from: number): number {
  const first = wanted[0] ?? 0;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let matched = 1;
    while (matched < wanted.length && bytes[at + matched] === wanted[matched]) matched++;
    if (matched === wanted.length) return at;
  }
  return -1;
}

function damaged(): Failure {
  return new Failure(
    'damaged',
    'The server sent a frame in a form that can’t be read (multipart without its boundary). Ask whoever runs it.',
  );
}
