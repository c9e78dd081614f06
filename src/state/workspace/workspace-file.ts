// A workspace as one file: JSON with the analysis in it as it is exported alone. Loaded when a file is read or made.

import { Failure } from '../../lib/failure.ts';
import { check, z } from '../../lib/schema.ts';
import { excessOfRegions, geometrySchema } from '../../regions/geojson.ts';
import type { AnalysisResult } from '../../results/analysis-result.ts';
import { exportJson } from '../../results/export-json.ts';
import { parseResult } from '../../results/parse-json.ts';
import type { Workspace } from './workspace.ts';

const FORMAT = 'concentric-workspace';
/** What such a file begins with. */
export const workspaceStart = `{"format":"${FORMAT}"`;
const VERSION = 1;

const number = z.number();
const hex = z.string().regex(/^#[0-9a-f]{6}$/i);
const colourMap = z.object({ name: z.string(), colours: z.array(hex).min(2) }).nullable();
const point = z.object({ x: number, y: number });
const rect = z.object({ x: number, y: number, width: number.positive(), height: number.positive() });

const workspaceSchema = z.object({
  id: z.uuid(),
  savedAt: number,
  slide: z.object({
    id: z.string(),
    name: z.string(),
    width: number.positive(),
    height: number.positive(),
    mppX: number.positive().nullable(),
    mppY: number.positive().nullable(),
    mppSource: z.enum(['metadata', 'manifest', 'user']).nullable(),
    address: z.string().nullable(),
  }),
  model: z.object({ id: z.string(), title: z.string(), address: z.string().nullable() }).nullable(),
  view: z
    .object({
      x: number,
      y: number,
      magnification: number.positive(),
      rotation: z.exactOptional(number),
      flipped: z.exactOptional(z.boolean()),
    })
    .nullable(),
  layer: z.object({
    name: z.string(),
    opacity: number.min(0).max(1),
    visible: z.boolean(),
    style: z.object({
      colours: z.record(z.string(), hex),
      hidden: z.array(z.string()),
      threshold: number.min(0).max(1),
      smooth: z.boolean(),
      sequential: colourMap,
      diverging: colourMap,
      fitted: z.boolean().default(false),
    }),
  }),
  region: rect.nullable(),
  regions: z.array(
    z.object({
      id: z.guid(),
      name: z.string(),
      colour: hex,
      geometry: geometrySchema,
      feature: z.record(z.string(), z.unknown()).nullable(),
      locked: z.exactOptional(z.boolean()),
      given: z.exactOptional(z.object({ name: z.exactOptional(z.string()), colour: z.exactOptional(hex) })),
    }),
  ),
  regionMembers: z.exactOptional(z.record(z.string(), z.unknown())),
  points: z.array(
    z.object({
      id: z.uuid(),
      number: z.int().positive(),
      at: point,
      mppX: number.positive(),
      mppY: number.positive(),
      classNames: z.array(z.string()),
      probabilities: z.array(number),
      entropy: number,
      familiarity: number.nullable(),
      uncertain: z.boolean(),
      unlike: z.boolean(),
      model: z.object({ id: z.string(), title: z.string(), version: z.string() }),
      backend: z.string(),
      askedAt: z.string(),
    }),
  ),
  point: point.nullable(),
  hasResult: z.boolean(),
});

const fileSchema = z.object({
  format: z.literal(FORMAT),
  version: number,
  workspace: workspaceSchema,
  result: z.unknown(),
});

/**
 * The workspace that a stored record is.
 *
 * @throws Failure `damaged` when it is none, or one of another version.
 */
export function checkWorkspace(record: unknown): Workspace {
  const checked = check(workspaceSchema, record);
  if (checked.success) return checked.data;
  const where = checked.error.issues[0]?.path.join('.') ?? '';
  throw new Failure(
    'damaged',
    `This work was kept by another version or is damaged (${where}), and can’t be read. It stays where it is: open it with the version that made it.`,
  );
}

/** The file of a workspace. */
export async function writeWorkspace(workspace: Workspace, result: AnalysisResult | null, app: string): Promise<Blob> {
  const head = JSON.stringify({ format: FORMAT, version: VERSION, app, workspace });
  const tail = result === null ? 'null' : await exportJson(result);
  return new Blob([head.slice(0, -1), ',"result":', tail, '}\n'], { type: 'application/json' });
}

/** @throws Failure `damaged` when the text is no workspace, or one of a later version. */
export function readWorkspace(text: string): { workspace: Workspace; result: AnalysisResult | null } {
  const given = jsonOf(text);
  const excess = excessOfRegions(given);
  if (excess !== null) throw new Failure('damaged', `This workspace file can't be taken: ${excess} Save it again.`);
  const parsed = check(fileSchema, given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? '' : ` at "${issue.path.join('.')}"`;
    throw new Failure('damaged', `This is not a whole workspace file${where}. Save it again from Concentric.`);
  }
  const { version, workspace, result } = parsed.data;
  if (version > VERSION) {
    throw new Failure('damaged', 'This workspace was saved by a newer Concentric. Open it with that version.');
  }
  const hasResult = result !== null && result !== undefined;
  return {
    workspace: { ...workspace, hasResult },
    result: hasResult ? parseResult(result) : null,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Failure('damaged', 'This file is not a workspace. Choose one that was saved by Concentric.', { cause });
  }
}
