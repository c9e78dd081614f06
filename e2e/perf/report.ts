// perf-report.json: samples become medians beside their limits. Pure; what was measured at another commit is let go.

import { type MetricName, metricKinds, requiredMetrics, type Samples, type Target } from './metrics.ts';

export interface ReportedMetric {
  readonly value: number;
  readonly unit: string;
  readonly target: Target | null;
  readonly samples: readonly number[];
}

export interface Report {
  readonly commit: string;
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly metrics: Readonly<Record<string, ReportedMetric>>;
}

export type Machine = Omit<Report, 'metrics'>;

/** The report with `samples` added; what `before` measured at the same commit on the same machine is kept. */
export function mergeReport(before: Report | null, machine: Machine, samples: Samples): Report {
  const same = before?.commit === machine.commit && before.cpu === machine.cpu && before.cores === machine.cores;
  const metrics: Record<string, ReportedMetric> = { ...(same ? before.metrics : {}) };
  for (const [name, values] of Object.entries(samples)) {
    const kind = metricKinds[name];
    if (kind === undefined || values.length === 0) throw new Error(`No metric "${name}", or no sample of it.`);
    if (!values.every(Number.isFinite)) throw new Error(`A sample of ${name} is not a number: ${values.join(', ')}.`);
    metrics[name] = { value: median(values), unit: kind.unit, target: kind.target, samples: values };
  }
  return { ...machine, metrics };
}

/** The value that 95 % of the values do not exceed (nearest rank). @throws Error where too few were measured. */
export function percentile95(values: readonly number[]): number {
  const rank = Math.ceil(0.95 * values.length);
  const value = values.toSorted((a, b) => a - b)[rank - 1];
  if (value === undefined || rank === values.length) throw new Error(`Only ${values.length} values were measured.`);
  return value;
}

/** The middle value, or the mean of both in the middle. @throws RangeError without values. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('No values have no median.');
  const sorted = [...values].sort((a, b) => a - b);
  const [low = 0, high = 0] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  return (low + high) / 2;
}

export function isWithin(value: number, target: Target | null): boolean {
  return value >= (target?.min ?? Number.NEGATIVE_INFINITY) && value <= (target?.max ?? Number.POSITIVE_INFINITY);
}

/** Required metrics without a value. */
export function missingOf({ metrics }: Report): MetricName[] {
  return (Object.keys(requiredMetrics) as MetricName[]).filter((name) => metrics[name] === undefined);
}

/** One line a metric: name, value, limit, and whether it holds. */
export function tableOf({ metrics }: Report): string[] {
  return Object.entries(metrics).map(([name, { value, unit, target }]) => {
    const limit = target === null ? '' : `${target.min !== undefined ? 'min' : 'max'} ${target.min ?? target.max}`;
    const verdict = target === null ? '' : isWithin(value, target) ? 'holds' : 'MISSED';
    return `${name.padEnd(36)} ${String(Number(value.toPrecision(4))).padStart(10)} ${unit.padEnd(12)} ${limit.padEnd(12)} ${verdict}`;
  });
}

/** A Markdown table of the report, for the README: required metrics, then what stands beside them; misses in bold. */
export function markdownOf(report: Report): string[] {
  const { commit, date, cpu, cores, metrics } = report;
  const rows = Object.keys(metricKinds).map((name) => {
    const metric = metrics[name];
    if (metric === undefined) return name in requiredMetrics ? `| \`${name}\` | not measured | | |` : null;
    const { value, unit, target, samples } = metric;
    const limit = target === null ? '' : target.min !== undefined ? `min ${target.min}` : `max ${target.max}`;
    const verdict = target === null ? '' : isWithin(value, target) ? 'holds' : '**missed**';
    const spread = samples.length > 1 ? ` (${short(Math.min(...samples))} to ${short(Math.max(...samples))})` : '';
    return `| \`${name}\` | ${short(value)}${unit === 'ratio' ? '' : ` ${unit}`}${spread} | ${limit} | ${verdict} |`;
  });
  return [
    `Measured at commit ${commit} on ${date.slice(0, 10)}: ${cpu}, ${cores} cores.`,
    '',
    '| metric | median (samples from, to) | limit | |',
    '|---|---|---|---|',
    ...rows.filter((row) => row !== null),
  ];
}

/** Three digits that count, without an exponent where one can do without. */
function short(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return rounded !== 0 && Math.abs(rounded) < 1e-4 ? rounded.toExponential() : String(rounded);
}
