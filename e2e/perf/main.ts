// `npm run perf`: measures the groups of metrics and writes perf-report.json. `--only name,…` measures just the groups
// that these metrics belong to; what the same commit measured before is kept. `--list` names the metrics; `--markdown`
// measures nothing and prints the table of the report that is there.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { Bench, root } from './bench.ts';
import { groups } from './groups/index.ts';
import { metricKinds } from './metrics.ts';
import { type Machine, markdownOf, mergeReport, missingOf, type Report, tableOf } from './report.ts';

const reportPath = join(root, 'perf-report.json');

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--list')) {
    for (const group of groups) console.log(group.metrics.join(', '));
    return;
  }
  const before = existsSync(reportPath) ? (JSON.parse(readFileSync(reportPath, 'utf8')) as Report) : null;
  if (args.includes('--markdown')) {
    if (before === null) throw new Error('There is no perf-report.json yet: run npm run perf first.');
    console.log(markdownOf(before).join('\n'));
    return;
  }
  const wanted = onlyOf(args);
  const chosen =
    wanted === null ? groups : groups.filter(({ metrics }) => metrics.some((name) => wanted.includes(name)));
  let report = before;
  const failures: string[] = [];
  const bench = await Bench.start();
  try {
    for (const { metrics, obstacle, measure } of chosen) {
      const reason = obstacle?.() ?? null;
      if (reason !== null) {
        failures.push(`${metrics.join(', ')}: ${reason}`);
        continue;
      }
      console.log(`Measuring ${metrics.join(', ')}`);
      const start = performance.now();
      try {
        report = mergeReport(report, machine(), await measure(bench));
        // After every group: what is measured is not lost when a later one fails.
        writeFileSync(reportPath, `${JSON.stringify(report, null, 2)}\n`);
      } catch (error) {
        failures.push(`${metrics.join(', ')}: ${error instanceof Error ? error.message : String(error)}`);
      } finally {
        console.log(`  took ${Math.round((performance.now() - start) / 1000)} s`);
        await bench.rest();
      }
    }
  } finally {
    await bench.close();
  }
  if (report !== null) {
    console.log(tableOf(report).join('\n'));
    for (const name of missingOf(report)) console.log(`missing: ${name}`);
  }
  for (const failure of failures) console.error(`not measured: ${failure}`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

function onlyOf(args: readonly string[]): readonly string[] | null {
  const at = args.findIndex((arg) => arg === '--only' || arg.startsWith('--only='));
  if (at < 0) return null;
  const value = args[at]?.split('=')[1] ?? args[at + 1] ?? '';
  const names = value.split(',').filter((name) => name !== '');
  const unknown = names.filter((name) => metricKinds[name] === undefined);
  if (names.length === 0 || unknown.length > 0)
    throw new Error(
      `--only wants names of metrics${unknown.length > 0 ? `; there is no ${unknown.join(', ')}` : ''}. --list names them.`,
    );
  return names;
}

function machine(): Machine {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
  const processors = cpus();
  return {
    commit: `${git('rev-parse', '--short', 'HEAD')}${changed ? '-changed' : ''}`,
    date: new Date().toISOString(),
    cpu: processors[0]?.model ?? 'unknown',
    cores: processors.length,
  };
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
