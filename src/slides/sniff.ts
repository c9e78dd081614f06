// Tells what a file is by its first bytes. Pure.

export type SniffedFormat = 'tiff' | 'description' | 'dicom' | 'zip' | 'jpeg' | 'png' | 'web-page' | 'empty' | 'other';

const words: Readonly<Record<SniffedFormat, string>> = {
  tiff: 'a TIFF file',
  description: 'a description of a slide',
  dicom: 'a DICOM file',
  zip: 'a zip archive',
  jpeg: 'a plain JPEG picture',
  png: 'a plain PNG picture',
  'web-page': 'a web page',
  empty: 'an empty file',
  other: 'a file of an unknown kind',
};

/** The format with its article, for a sentence. */
export function whatItIs(format: SniffedFormat): string {
  return words[format];
}

const signatures: readonly (readonly [SniffedFormat, number, readonly number[]])[] = [
  ['tiff', 0, [0x49, 0x49, 42, 0]],
  ['tiff', 0, [0x4d, 0x4d, 0, 42]],
  ['tiff', 0, [0x49, 0x49, 43, 0]],
  ['tiff', 0, [0x4d, 0x4d, 0, 43]],
  ['dicom', 128, [0x44, 0x49, 0x43, 0x4d]],
  ['zip', 0, [0x50, 0x4b, 3, 4]],
  ['jpeg', 0, [0xff, 0xd8, 0xff]],
  ['png', 0, [0x89, 0x50, 0x4e, 0x47]],
];

/** `start`: the first bytes of the file, some thousands where it has them. */
export function sniffFormat(start: Uint8Array): SniffedFormat {
  if (start.length === 0) return 'empty';
  for (const [format, at, signature] of signatures) {
    if (signature.every((byte, k) => start[at + k] === byte)) return format;
  }
  const text = new TextDecoder().decode(start.subarray(0, 4096));
  if (/^\s*<(!doctype\s+html|html)/i.test(text)) return 'web-page';
  return looksLikeDescription(text) ? 'description' : 'other';
}

/** The beginning of any of the small text files that say where a slide's tiles are. */
function looksLikeDescription(text: string): boolean {
  return looksLikeDeepZoom(text) || /<IMAGE_PROPERTIES\b/.test(text) || /^\s*\{\s*"/.test(text);
}

/** True when `text` has the outer form of a Deep Zoom description, sound or not. */
export function looksLikeDeepZoom(text: string): boolean {
  return /<(\w+:)?Image[\s>]/.test(text) || /^\s*\{\s*"Image"\s*:/.test(text);
}
