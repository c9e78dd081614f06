// A cohort: many slides that one model was run over elsewhere (`python -m dsml infer`), with what was found in each. Reads
// its cohort.json, orders and filters its rows, and writes them as a table. Pure.

import { Failure } from '../lib/failure.ts';
import { check, z } from '../lib/schema.ts';
import { csvField } from './csv-field.ts';

const share = z.number().min(0).max(1).nullish();
const slide = z.object({
  id: z.string(),
  name: z.string(),
  /** Path or link where it was read. */
  source: z.string(),
  status: z.enum(['done', 'partial', 'failed', 'waiting']),
  failure: z.object({ code: z.string(), message: z.string() }).nullish(),
  /** Paths beside cohort.json. */
  results: z.object({ json: z.string() }).nullish(),
  thumbnail: z.string().nullish(),
  tissueMm2: z.number().nullish(),
  /** mm2, and 0..1 of the done cells, by class name. */
  areaMm2: z.record(z.string(), z.number()).nullish(),
  shares: z.record(z.string(), z.number()).nullish(),
  unreadShare: share,
  uncertainShare: share,
  unfamiliarShare: share,
});
const cohort = z.object({
  format: z.literal('concentric-cohort'),
  version: z.literal(1),
  model: z.object({ id: z.string(), title: z.string(), version: z.string(), sha256: z.string() }),
  classNames: z.array(z.string()),
  classColors: z.array(z.string()),
  slides: z.array(slide),
});

export type CohortSlide = z.infer<typeof slide>;
export type Cohort = z.infer<typeof cohort>;

/** What a cohort.json begins with. */
export const cohortStart = '{"format":"concentric-cohort"';

/** @throws Failure `damaged`. */
export function parseCohort(text: string): Cohort {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Failure('damaged', 'This cohort is not JSON. Open the cohort.json that the run has written.', { cause });
  }
  const parsed = check(cohort, value);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new Failure('damaged', `This is not a whole cohort (at "${where}"). Run the same command again to renew it.`);
}

/** A column of the table: `name`, `status`, `tissue`, `unread`, `uncertain`, `unfamiliar`, or `class:NAME`. */
export type CohortColumn = string;

/** Text or number of a slide in a column; null where there is none. Areas in mm2, shares 0..1. */
export function cohortValue(row: CohortSlide, column: CohortColumn): string | number | null {
  if (column.startsWith('class:')) return row.shares?.[column.slice('class:'.length)] ?? null;
  if (column === 'name') return row.name;
  if (column === 'status') return row.status;
  if (column === 'tissue') return row.tissueMm2 ?? null;
  if (column === 'unread') return row.unreadShare ?? null;
  if (column === 'uncertain') return row.uncertainShare ?? null;
  return column === 'unfamiliar' ? (row.unfamiliarShare ?? null) : null;
}

/** Whether any slide has something in a column. */
export function isFilled(rows: readonly CohortSlide[], column: CohortColumn): boolean {
  return rows.some((row) => cohortValue(row, column) !== null);
}

export interface CohortQuery {
  readonly column: CohortColumn;
  readonly descending: boolean;
  /** Part of the name or source, any case. */
  readonly text: string;
  /** Only slides of this status; null for all. */
  readonly status: CohortSlide['status'] | null;
}

/** The rows that the query asks for, in its order; those without a value come last either way. */
export function queryCohort(rows: readonly CohortSlide[], { column, descending, text, status }: CohortQuery) {
  const wanted = text.trim().toLowerCase();
  const names = new Intl.Collator('en', { numeric: true });
  const sign = descending ? -1 : 1;
  return rows
    .filter((row) => status === null || row.status === status)
    .filter(({ name, source }) => name.toLowerCase().includes(wanted) || source.toLowerCase().includes(wanted))
    .map((row) => ({ row, value: cohortValue(row, column) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      if (typeof a.value === 'number' && typeof b.value === 'number') return sign * (a.value - b.value);
      return sign * names.compare(String(a.value), String(b.value));
    })
    .map(({ row }) => row);
}

/** The rows as CSV: one a slide, mm2 and shares 0..1, empty where there is no number. */
export function cohortCsv({ classNames, model }: Cohort, rows: readonly CohortSlide[]): string {
  const shares = ['unread', 'uncertain', 'unfamiliar'];
  const names = [
    'name',
    'source',
    'status',
    'code',
    'message',
    'tissue_mm2',
    ...classNames.map((name) => `area_mm2_${name}`),
    ...classNames.map((name) => `share_${name}`),
    ...shares.map((name) => `${name}_share`),
  ];
  const lines = rows.map((row) => [
    row.name,
    row.source,
    row.status,
    row.failure?.code,
    row.failure?.message,
    row.tissueMm2,
    ...classNames.map((name) => row.areaMm2?.[name]),
    ...classNames.map((name) => row.shares?.[name]),
    ...shares.map((name) => cohortValue(row, name)),
  ]);
  const text = [names, ...lines].map((line) => `${line.map(csvField).join(',')}\n`).join('');
  return `# Slides of a cohort. For research use only.\n# model: ${JSON.stringify(model)}\n${text}`;
}
