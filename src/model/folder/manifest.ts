// Reads a model folder's manifest.json: the WSInfer model-zoo schema 1.0 with the x_ members of this viewer. Everything
// outside may be wrong, so each member is checked and named in the failure; the rest of the app sees only ModelManifest.
// It fetches nothing and knows nothing of backends.

import { Failure } from '../../lib/failure.ts';
import { check, z } from '../../lib/schema.ts';
import { isSafePath } from './safe-path.ts';

/** How the numbers are computed: an encoder and a head, or one graph that takes whole patches. */
export type ModelNetwork =
  | {
      readonly kind: 'encoder-head';
      /** model.json of the encoders: one for all spacings, or one a spacing, finest first. */
      readonly encoders: readonly string[];
      readonly head: string;
      /** Raster px a feature cell. */
      readonly featureStridePx: number;
      /** Tissue px around the patch that the encoder sees, a side. */
      readonly contextPx: number;
    }
  | { readonly kind: 'whole-patch'; readonly model: string };

/** A manifest that has been checked. Spacings in um/px, finest first. */
export interface ModelManifest {
  readonly id: string | null;
  readonly title: string;
  readonly version: string;
  readonly classNames: readonly string[];
  /** "#rrggbb", one a class. */
  readonly classColors: readonly string[];
  readonly spacings: readonly number[];
  /** px a side, at every spacing. */
  readonly patchSizePx: number;
  readonly padding: 'white' | 'reflect';
  /** Normalisation of RGB/255, one a channel. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  readonly network: ModelNetwork;
  readonly calibration: {
    readonly temperature: number;
    /** One a spacing. */
    readonly perMagnification: readonly number[];
    readonly uncertainBelow: number | null;
  };
  readonly familiarityThreshold: number | null;
  /** Path to sha256 in hex; null when the folder states none. */
  readonly files: ReadonlyMap<string, string> | null;
  readonly golden: { readonly file: string; readonly tolerance: number } | null;
  readonly card: string | null;
  readonly tissue: string;
  readonly stain: string;
  readonly licence: string;
  readonly trainingDataLicence: string;
}

const path = z.string().refine(isSafePath, 'must be a relative path inside the model folder, without ".." or a scheme');
const positive = z.number().positive();
const triple = z.tuple([z.number(), z.number(), z.number()]);
const share = z.number().min(0).max(1);

const transformSchema = z.discriminatedUnion('name', [
  z.object({ name: z.literal('ToTensor') }),
  z.object({
    name: z.literal('Normalize'),
    arguments: z.object({ mean: triple, std: z.tuple([positive, positive, positive]) }),
  }),
  z.object({ name: z.literal('Resize'), arguments: z.object({ size: z.union([positive, z.array(positive)]) }) }),
]);

const manifestSchema = z.object({
  num_classes: z.int().min(2),
  class_names: z.array(z.string().min(1)),
  patch_size_pixels: z.int().min(8).max(4096),
  spacing_um_px: positive,
  transform: z.array(transformSchema),
  x_id: z.string().min(1).optional(),
  x_title: z.string().min(1).optional(),
  x_version: z.string().min(1).optional(),
  x_class_colors: z.array(z.string().regex(/^#[0-9a-f]{6}$/i, 'must be a colour like #2e7d32')).optional(),
  x_tissue: z.string().optional(),
  x_stain: z.string().optional(),
  x_license: z.string().optional(),
  x_training_data_license: z.string().optional(),
  x_dsml: z.object({
    spacings_um_px: z.array(positive).min(1),
    feature_stride: z.int().positive().default(16),
    context_pixels: z.int().min(0).default(0),
    padding: z.enum(['white', 'reflect']).optional(),
    encoders: z.array(path).min(1).optional(),
    head: path.optional(),
    model: path.optional(),
  }),
  x_calibration: z
    .object({
      temperature: positive,
      per_magnification: z.array(positive).optional(),
      uncertain_below: share.nullish(),
    })
    .optional(),
  x_familiarity: z.object({ threshold: share }).nullish(),
  x_files: z
    .record(path, z.string().regex(/^sha256-[0-9a-f]{64}$/, 'must be "sha256-" and 64 hexadecimal digits'))
    .optional(),
  x_golden: z.object({ file: path, tolerance: positive }).optional(),
  x_card: path.optional(),
});

type RawManifest = z.infer<typeof manifestSchema>;

/**
 * Checks a manifest read from outside.
 * @throws Failure `model-invalid` with a sentence that names the member.
 */
export function parseManifest(value: unknown): ModelManifest {
  const parsed = check(manifestSchema, value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid(issue?.path.map(String).join('.') || 'the whole', issue?.message ?? 'is not understood');
  }
  const raw = parsed.data;
  checkClasses(raw);
  checkSpacings(raw);
  const { mean, std } = normalisation(raw);
  const count = raw.x_dsml.spacings_um_px.length;
  const perMagnification = raw.x_calibration?.per_magnification ?? new Array<number>(count).fill(1);
  if (perMagnification.length !== count) {
    throw invalid('x_calibration.per_magnification', `must have ${count} members, one a spacing`);
  }
  const network = networkOf(raw);
  return {
    id: raw.x_id ?? null,
    title: raw.x_title ?? raw.x_id ?? 'Own model',
    version: raw.x_version ?? 'unversioned',
    classNames: raw.class_names,
    classColors: raw.x_class_colors ?? raw.class_names.map((_, index) => defaultColor(index)),
    spacings: raw.x_dsml.spacings_um_px,
    patchSizePx: raw.patch_size_pixels,
    padding: raw.x_dsml.padding ?? 'white',
    mean,
    std,
    network,
    calibration: {
      temperature: raw.x_calibration?.temperature ?? 1,
      perMagnification,
      uncertainBelow: raw.x_calibration?.uncertain_below ?? null,
    },
    familiarityThreshold: raw.x_familiarity?.threshold ?? null,
    files:
      raw.x_files === undefined
        ? null
        : new Map(Object.entries(raw.x_files).map(([name, hash]) => [name, hash.slice('sha256-'.length)])),
    golden: raw.x_golden ?? null,
    card: raw.x_card ?? null,
    tissue: raw.x_tissue ?? 'not stated',
    stain: raw.x_stain ?? 'not stated',
    licence: raw.x_license ?? 'not stated',
    trainingDataLicence: raw.x_training_data_license ?? 'not stated',
  };
}

/** A `model-invalid` failure that names the member of manifest.json. */
export function invalid(member: string, what: string): Failure {
  return new Failure(
    'model-invalid',
    `The model's manifest.json is not valid: ${member} ${what}. Mend it and load the model again.`,
  );
}

function checkClasses(raw: RawManifest): void {
  const { class_names: names, num_classes: count, x_class_colors: colors } = raw;
  if (names.length !== count) throw invalid('class_names', `has ${names.length} names, but num_classes is ${count}`);
  if (new Set(names).size !== names.length) throw invalid('class_names', 'holds the same name twice');
  if (colors !== undefined && colors.length !== count) {
    throw invalid('x_class_colors', `has ${colors.length} colours, but num_classes is ${count}`);
  }
}

function checkSpacings(raw: RawManifest): void {
  const spacings = raw.x_dsml.spacings_um_px;
  if (spacings.some((spacing, index) => index > 0 && spacing <= (spacings[index - 1] ?? 0))) {
    throw invalid('x_dsml.spacings_um_px', 'must go from the finest to the coarsest, each larger than the one before');
  }
  const finest = spacings[0] ?? 0;
  if (Math.abs(finest / raw.spacing_um_px - 1) > 0.01) {
    throw invalid('spacing_um_px', `is ${raw.spacing_um_px}, but the finest of x_dsml.spacings_um_px is ${finest}`);
  }
}

function networkOf(raw: RawManifest): ModelNetwork {
  const { encoders, head, model, feature_stride: stride, context_pixels: context, spacings_um_px } = raw.x_dsml;
  if (model !== undefined) {
    if (encoders !== undefined || head !== undefined) {
      throw invalid('x_dsml', 'names both a model and encoders with a head; it must name one or the other');
    }
    return { kind: 'whole-patch', model };
  }
  if (encoders === undefined) throw invalid('x_dsml.encoders', 'is missing (or x_dsml.model, for a single graph)');
  if (head === undefined) throw invalid('x_dsml.head', 'is missing');
  if (encoders.length !== 1 && encoders.length !== spacings_um_px.length) {
    throw invalid('x_dsml.encoders', `must name one encoder, or ${spacings_um_px.length}: one a spacing`);
  }
  if (raw.patch_size_pixels % stride !== 0) {
    throw invalid('patch_size_pixels', `must be a multiple of x_dsml.feature_stride, ${stride}`);
  }
  if (context % stride !== 0) throw invalid('x_dsml.context_pixels', `must be a multiple of feature_stride, ${stride}`);
  return { kind: 'encoder-head', encoders, head, featureStridePx: stride, contextPx: context };
}

function normalisation(raw: RawManifest): Pick<ModelManifest, 'mean' | 'std'> {
  let mean: ModelManifest['mean'] = [0, 0, 0];
  let std: ModelManifest['std'] = [1, 1, 1];
  for (const step of raw.transform) {
    if (step.name === 'Normalize') {
      mean = step.arguments.mean;
      std = step.arguments.std;
    }
    if (step.name === 'Resize' && [step.arguments.size].flat().some((size) => size !== raw.patch_size_pixels)) {
      throw invalid(
        'transform',
        `resizes the patch; only a Resize to patch_size_pixels, ${raw.patch_size_pixels}, is allowed`,
      );
    }
  }
  return { mean, std };
}

/** Colours that stay apart for colour-blind eyes (Okabe and Ito, 2008), for a model that names none. */
function defaultColor(index: number): string {
  const colors = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#56b4e9', '#f0e442', '#7f7f7f'];
  return colors[index % colors.length] ?? '#7f7f7f';
}
