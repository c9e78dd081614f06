// Reads a result back from the JSON that export-json.ts writes. What comes from outside is checked member by member.

import { Failure } from '../lib/failure.ts';
import { check, z } from '../lib/schema.ts';
import type { AnalysisResult } from './analysis-result.ts';
import { floatsOf, readBytes } from './array-text.ts';

const positive = z.number().positive();
const count = z.number().int().nonnegative();
const rect = z.object({ x: z.number(), y: z.number(), width: positive, height: positive });
const backend = z.enum(['webgpu', 'webgl', 'wasm', 'cpu', 'cuda']);

const provenance = z.object({
  app: z.string(),
  model: z.object({ id: z.string(), version: z.string(), sha256: z.string(), weights: z.string() }),
  backend,
  mode: z.enum(['exact', 'shared']),
  step: z.enum(['half', 'full']),
  calibration: positive,
  region: rect,
  parts: z.exactOptional(z.array(rect)),
  unread: count,
  slide: z.object({
    name: z.string(),
    width: positive,
    height: positive,
    mppX: positive,
    mppY: positive,
    mppSource: z.string(),
  }),
  colour: z.literal('raw'),
  tissueRule: z.string(),
  createdAt: z.string(),
});

const shape = z.array(count);
const bytes = z
  .object({ dtype: z.literal('uint8'), shape, data: z.string() })
  .transform((text, context) => readBytes(text) ?? wrongLength(context));
const floats = z.object({ dtype: z.literal('float32'), shape, data: z.string() }).transform((text, context) => {
  const raw = readBytes(text);
  return raw === null ? wrongLength(context) : floatsOf(raw);
});

function wrongLength(context: z.RefinementCtx): never {
  context.addIssue({ code: 'custom', message: 'has not the numbers that its shape promises' });
  return z.NEVER;
}

const resultSchema = z
  .object({
    region: rect,
    cellSize: positive,
    columns: count,
    rows: count,
    classNames: z.array(z.string()),
    status: bytes,
    probabilities: floats,
    entropy: floats,
    familiarity: floats.nullable(),
    similarity: z.array(z.object({ fine: positive, coarse: positive, aligned: floats, contrast: floats })),
    areaMm2: z.record(z.string(), z.number()),
    state: z.enum(['complete', 'cancelled']),
    provenance,
  })
  .refine(({ columns, rows, classNames, status, probabilities, entropy, familiarity, similarity }) => {
    const cells = columns * rows;
    const perCell = [
      entropy,
      familiarity ?? entropy,
      ...similarity.flatMap(({ aligned, contrast }) => [aligned, contrast]),
    ];
    return (
      status.length === cells &&
      probabilities.length === cells * classNames.length &&
      perCell.every(({ length }) => length === cells)
    );
  }, 'the arrays have not one entry a cell');

/**
 * The result in the text of an exported JSON file.
 * @throws Failure `damaged` when the text is not JSON or not a whole result.
 */
export function parseResultJson(text: string): AnalysisResult {
  return parseResult(jsonOf(text));
}

/** The same of JSON that was read already. @throws Failure `damaged`. */
export function parseResult(value: unknown): AnalysisResult {
  const parsed = check(resultSchema, value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at "${issue.path.join('.')}"`;
  throw new Failure(
    'damaged',
    `This is not a whole analysis result${where}: ${issue?.message ?? 'it can not be read'}. Export it again as JSON.`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Failure('damaged', 'This file is not JSON. Choose a result that was exported as JSON.', { cause });
  }
}
