// Slides of scanners that keep a format of their own which is not read here: each is named, with what turns it into one
// that is. Known by what the file holds, else by its name. Pure.
// Signatures: the makers' descriptions and https://openslide.org/formats/.

import { Failure } from '../lib/failure.ts';
import type { TiffPage } from './tiff/tiff-pages.ts';

/** What converts it: by name of the file and of what is to be made. */
const vips = (file: string, base: string) =>
  `vips tiffsave "${file}" "${base}.tif" --tile --pyramid --compression jpeg --Q 90 --bigtiff`;
const bioFormats = (file: string, base: string) =>
  `bfconvert -series 0 -tilex 512 -tiley 512 -compression JPEG "${file}" "${base}.ome.tif"`;

interface ClosedFormat {
  readonly name: string;
  /** Of the file that a user picks. */
  readonly extension?: RegExp;
  /** The first bytes, or words within the first thousands. */
  readonly begins?: readonly number[] | RegExp;
  /** For those that are TIFF files inside. */
  readonly tiff?: (first: TiffPage, all: readonly TiffPage[]) => boolean;
  /** A command; where none is at hand the maker's program or QuPath is all there is. */
  readonly convert?: (file: string, base: string) => string;
}

const text = (letters: string) => [...letters].map((letter) => letter.charCodeAt(0));
const describes = (word: RegExp) => (_: TiffPage, all: readonly TiffPage[]) =>
  all.some(({ description }) => word.test(description.slice(0, 4000)));

const formats: readonly ClosedFormat[] = [
  { name: 'Hamamatsu NDPI', extension: /\.ndpi$/i, tiff: ({ tags }) => tags.has(65420), convert: vips },
  { name: 'Hamamatsu VMS', extension: /\.(vms|vmu|ndpis)$/i, begins: /^\s*\[Virtual Microscope/, convert: vips },
  { name: '3DHISTECH MIRAX', extension: /\.mrxs$/i, begins: /^\s*\[GENERAL\].*SLIDE_/s, convert: vips },
  { name: 'Leica SCN', extension: /\.scn$/i, tiff: describes(/leica-microsystems\.com\/scn/), convert: vips },
  {
    name: 'Ventana BIF',
    extension: /\.bif$/i,
    tiff: describes(/\biScan\b|^level=\d+ mag=|^Label_?\s?Image$/),
    convert: vips,
  },
  { name: 'Trestle', tiff: ({ software }) => software.startsWith('MedScan'), convert: vips },
  { name: 'Sakura svslide', extension: /\.svslide$/i, begins: text('SQLite format 3'), convert: vips },
  { name: 'Zeiss CZI', extension: /\.czi$/i, begins: text('ZISRAWFILE'), convert: bioFormats },
  { name: 'Zeiss ZVI', extension: /\.zvi$/i, convert: bioFormats },
  { name: 'Olympus VSI', extension: /\.(vsi|ets)$/i, begins: text('SIS\0'), convert: bioFormats },
  { name: 'Nikon ND2', extension: /\.nd2$/i, begins: [0xda, 0xce, 0xbe, 0x0a], convert: bioFormats },
  { name: 'Leica LIF', extension: /\.lif$/i, begins: [0x70, 0, 0, 0], convert: bioFormats },
  { name: 'Philips iSyntax', extension: /\.i?syntax$/i, begins: /^<DataObject ObjectType="DPUfsImport"/ },
  { name: 'KFBio KFB', extension: /\.kfb$/i },
  { name: 'Sqray SDPC', extension: /\.(sdpc|dyqx)$/i },
  { name: 'UNIC TMAP', extension: /\.tmap$/i },
  { name: 'Motic MDS', extension: /\.mdsx?$/i },
];

/** The refusal of a file by its first bytes and its name; null for one that is none of these, as far as they tell. */
export function closedFormat(start: Uint8Array, name: string): Failure | null {
  const words = new TextDecoder('latin1').decode(start.subarray(0, 4000));
  const found =
    formats.find(({ begins }) =>
      begins instanceof RegExp ? begins.test(words) : (begins?.every((byte, k) => start[k] === byte) ?? false),
    ) ?? formats.find(({ extension }) => extension?.test(name) ?? false);
  return found === undefined ? null : refusal(found, name);
}

/** The same for a TIFF by its pages: some makers keep their own format in one. */
export function closedTiff(pages: readonly TiffPage[], name: string): Failure | null {
  const [first] = pages;
  const found = first === undefined ? undefined : formats.find(({ tiff }) => tiff?.(first, pages) ?? false);
  return found === undefined ? null : refusal(found, name);
}

function refusal({ name, convert }: ClosedFormat, file: string): Failure {
  const base = file.replace(/\.[^.]*$/, '') || 'slide';
  const how =
    convert === undefined
      ? "export it as a pyramidal TIFF or DICOM with the scanner's own program"
      : `${convert(file, base)} (or export it as OME-TIFF with QuPath)`;
  return new Failure('unsupported-format', `${name}: not supported; convert with: ${how}.`);
}
