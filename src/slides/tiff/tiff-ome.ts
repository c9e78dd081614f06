// OME-TIFF: which pages are the slide, by the XML in the first page's description. The smaller levels lie below each
// page; a brightfield slide may be stored as three pages of one colour each. Pure.
// https://ome-model.readthedocs.io/en/stable/ome-tiff/specification.html

import { XMLParser } from 'fast-xml-parser';
import { Failure } from '../../lib/failure.ts';
import { z } from '../../lib/schema.ts';
import { downsampleOfWidths } from '../../pyramid/levels.ts';
import { plausibleSpacing, spacingOfResolution } from '../spacing.ts';
import type { LevelOfPages, TiffLayout } from './tiff-layout.ts';
import type { TiffPage } from './tiff-pages.ts';

/** What is not of the list is not a length on the glass ("pixel", "reference frame"). */
const MICRONS: Readonly<Record<string, number>> = {
  pm: 1e-6,
  Å: 1e-4,
  nm: 1e-3,
  µm: 1,
  μm: 1,
  um: 1,
  mm: 1e3,
  cm: 1e4,
  m: 1e6,
  in: 25400,
};

const count = z.coerce.number().int().nonnegative();
const listOf = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]), z.array(schema));
const elementOf = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (value === '' ? {} : value), schema);

const channelSchema = elementOf(
  z.object({
    SamplesPerPixel: count.default(1),
    Name: z.string().default(''),
    Fluor: z.string().optional(),
    EmissionWavelength: z.string().optional(),
    ContrastMethod: z.string().optional(),
  }),
);
const tiffDataSchema = elementOf(
  z.object({
    IFD: count.optional(),
    PlaneCount: count.optional(),
    FirstC: count.default(0),
    FirstZ: count.default(0),
    FirstT: count.default(0),
  }),
);
const pixelsSchema = z.object({
  SizeX: count,
  SizeY: count,
  SizeC: count,
  SizeZ: count,
  SizeT: count,
  DimensionOrder: z.enum(['XYCZT', 'XYZCT', 'XYTCZ', 'XYTZC', 'XYCTZ', 'XYZTC']),
  PhysicalSizeX: z.coerce.number().optional(),
  PhysicalSizeY: z.coerce.number().optional(),
  PhysicalSizeXUnit: z.string().default('µm'),
  PhysicalSizeYUnit: z.string().default('µm'),
  Channel: listOf(channelSchema),
  TiffData: listOf(tiffDataSchema),
});
const imageSchema = z.object({
  Name: z.string().default(''),
  ObjectiveSettings: z.object({ ID: z.string() }).optional(),
  Pixels: pixelsSchema,
});
const objectiveSchema = z.object({ ID: z.string(), NominalMagnification: z.coerce.number().optional() });
const omeSchema = z.object({
  Image: listOf(imageSchema),
  Instrument: listOf(elementOf(z.object({ Objective: listOf(objectiveSchema) }))),
});

type Image = z.infer<typeof imageSchema>;
type Pixels = z.infer<typeof pixelsSchema>;

/**
 * The slide of an OME-TIFF: the largest of its images; null for any other TIFF.
 * @throws Failure `unsupported-format` for what is not a brightfield slide, `damaged`.
 */
export function layoutOfOme(pages: readonly TiffPage[]): TiffLayout | null {
  const description = pages[0]?.description ?? '';
  if (!/<(\w+:)?OME[\s>]/.test(description.slice(0, 5000))) return null;
  const { Image: images, Instrument: instruments } = parse(description);
  const slide = images.reduce<Image | null>(
    (best, image) => (best === null || areaOf(image) > areaOf(best) ? image : best),
    null,
  );
  if (slide === null) throw damaged();
  const planes = colourPlanes(slide.Pixels).map((index) => pageOfPlane(slide.Pixels, index, pages));
  const objectives = instruments.flatMap(({ Objective }) => Objective);
  const objective = objectives.find(({ ID }) => ID === slide.ObjectiveSettings?.ID);
  const properties: Record<string, string> = slide.Name === '' ? {} : { 'ome.Name': slide.Name };
  if (slide.Pixels.SizeZ > 1) properties['ome.Z'] = `${middle(slide.Pixels.SizeZ) + 1} of ${slide.Pixels.SizeZ}`;
  return {
    format: 'OME-TIFF',
    levels: levelsOf(planes),
    associated: images.flatMap((image) => {
      const said = /label|macro|overview|thumbnail/i.exec(image.Name)?.[0].toLowerCase();
      if (image === slide || said === undefined) return [];
      const kind = said === 'label' || said === 'thumbnail' ? said : 'macro';
      return [{ kind, page: pageOfPlane(image.Pixels, 0, pages) }];
    }),
    spacing: spacingOf(slide.Pixels) ?? spacingOfResolution(pages[0]?.resolution ?? null),
    objectivePower: objective?.NominalMagnification ?? null,
    properties,
  };
}

function parse(description: string): z.infer<typeof omeSchema> {
  try {
    const parser = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: '',
      removeNSPrefix: true,
      parseAttributeValue: false,
      parseTagValue: false,
      // Entities of the file's own are how a few bytes of XML become gigabytes.
      processEntities: false,
    });
    return omeSchema.parse(parser.parse(description).OME);
  } catch (cause) {
    throw damaged(cause);
  }
}

function areaOf({ Pixels: { SizeX, SizeY } }: Image): number {
  return SizeX * SizeY;
}

function middle(length: number): number {
  return Math.floor(length / 2);
}

/** How many planes the channels of one focus and time take: a channel of three samples is one plane. */
function planesOfChannels({ SizeC, Channel }: Pixels): number {
  return Math.max(1, Math.round(SizeC / Math.max(1, Channel[0]?.SamplesPerPixel ?? 1)));
}

/** Indices of the planes that make the slide's colours: of the middle focus and the first time. */
function colourPlanes(pixels: Pixels): number[] {
  const channels = planesOfChannels(pixels);
  const place = (channel: number) => indexOfPlane(pixels, { C: channel, Z: middle(pixels.SizeZ), T: 0 });
  if (channels === 1) return [place(0)];
  const glows = pixels.Channel.some(
    ({ Fluor, EmissionWavelength, ContrastMethod }) =>
      Fluor !== undefined || EmissionWavelength !== undefined || /fluorescence/i.test(ContrastMethod ?? ''),
  );
  if (channels !== 3 || glows) {
    throw new Failure(
      'unsupported-format',
      `This OME-TIFF has ${channels} ${glows ? 'fluorescence ' : ''}channels. Concentric shows brightfield slides: ` +
        'red, green and blue. Export the slide as RGB, for example with QuPath.',
    );
  }
  return [0, 1, 2].map(place);
}

/** Planes are counted in the order of the file's dimensions. */
function indexOfPlane(pixels: Pixels, at: Readonly<Record<'C' | 'Z' | 'T', number>>): number {
  const sizes = { C: planesOfChannels(pixels), Z: Math.max(1, pixels.SizeZ), T: Math.max(1, pixels.SizeT) };
  let [index, step] = [0, 1];
  for (const dimension of pixels.DimensionOrder.slice(2) as Iterable<'C' | 'Z' | 'T'>) {
    index += step * at[dimension];
    step *= sizes[dimension];
  }
  return index;
}

/** The page that holds a plane, by the runs of pages that the XML lists; without any they follow each other. */
function pageOfPlane(pixels: Pixels, plane: number, pages: readonly TiffPage[]): TiffPage {
  let following = 0;
  for (const { IFD, PlaneCount, FirstC, FirstZ, FirstT } of pixels.TiffData) {
    const first = indexOfPlane(pixels, { C: FirstC, Z: FirstZ, T: FirstT });
    const planes = PlaneCount ?? (IFD === undefined ? Number.POSITIVE_INFINITY : 1);
    const start = IFD ?? following;
    following = start + planes;
    if (plane >= first && plane < first + planes) return pageAt(pages, start + plane - first);
  }
  return pageAt(pages, plane);
}

function pageAt(pages: readonly TiffPage[], index: number): TiffPage {
  const page = pages[index];
  if (page !== undefined) return page;
  throw new Failure(
    'unsupported-format',
    'This OME-TIFF is one of several files that belong together, and holds only part of the slide. Export it as one file.',
  );
}

/** Level k of a slide in several pages is the k-th page below each of them. */
function levelsOf(planes: readonly TiffPage[]): LevelOfPages[] {
  const widest = (page: TiffPage) => [page, ...page.below].sort((a, b) => b.width - a.width);
  const [first = [], ...others] = planes.map(widest);
  return first.map((page, index) => {
    const { width, height } = page;
    const pages = [page, ...others.map((pyramid) => pyramid[index] ?? page)];
    if (pages.some((each) => each.width !== width || each.height !== height)) throw damaged();
    return { width, height, downsample: downsampleOfWidths(first[0]?.width ?? width, width), pages };
  });
}

function spacingOf(pixels: Pixels): TiffLayout['spacing'] {
  const inMicrons = (size: number | undefined, unit: string) => (size ?? Number.NaN) * (MICRONS[unit] ?? Number.NaN);
  const mppX = inMicrons(pixels.PhysicalSizeX, pixels.PhysicalSizeXUnit);
  const mppY = inMicrons(pixels.PhysicalSizeY, pixels.PhysicalSizeYUnit);
  return plausibleSpacing(mppX, Number.isNaN(mppY) ? mppX : mppY);
}

function damaged(cause?: unknown): Failure {
  return new Failure('damaged', 'The OME description of this TIFF is damaged. Export the slide once more.', { cause });
}
