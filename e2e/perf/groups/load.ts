// What is loaded before the first tile is asked for. Sizes are those of the built files, compressed as servers do.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Bench, root } from '../bench.ts';
import type { Group } from './group.ts';

/** Every script that `script` of dist/assets may come to import, itself among them. */
function reachable(script: string, found = new Set<string>()): Set<string> {
  if (found.has(script)) return found;
  found.add(script);
  const code = readFileSync(join(root, 'dist/assets', script), 'utf8');
  for (const [, name] of code.matchAll(/["'`]\.\/([\w.-]+\.js)["'`]/g)) if (name !== undefined) reachable(name, found);
  return found;
}

const isTile = (url: string) => /phantom_files\/\d+\/\d+_\d+/.test(url);
const scriptOf = (url: string) => /\/assets\/([\w.-]+\.js)$/.exec(url)?.[1];

function gzippedKb(scripts: Iterable<string>): number {
  let bytes = 0;
  for (const script of scripts) bytes += gzipSync(readFileSync(join(root, 'dist/assets', script))).length;
  return bytes / 1000;
}

export const load: Group = {
  metrics: ['first_load_js_gzip_kb', 'inference_worker_js_gzip_kb'],
  async measure(bench: Bench) {
    const from = bench.requests.length;
    await bench.app(await bench.browser());
    const asked = bench.requests.slice(from).map(({ path }) => path);
    const firstTile = asked.findIndex(isTile);
    if (firstTile < 0) throw new Error('No tile was asked for.');
    const scripts = (paths: readonly string[]) => new Set(paths.map(scriptOf).filter((script) => script !== undefined));
    const before = scripts(asked.slice(0, firstTile));
    const worker = [...scripts(asked)].find((script) => script.startsWith('inference.worker'));
    if (worker === undefined) throw new Error('The inference worker was not started.');
    // The page starts it at once and waits for nothing of it; what only it loads is counted apart.
    const others = [...scripts(asked)].filter((script) => /^(index|pixels\.worker)-/.test(script));
    const shared = new Set(others.flatMap((script) => [...reachable(script)]));
    const onlyItsOwn = new Set([...reachable(worker)].filter((script) => !shared.has(script)));
    const first = [...before].filter((script) => !onlyItsOwn.has(script));
    console.log(`  before the first tile: ${first.join(', ')}`);
    const loadedByWorker = [...scripts(asked)].filter((script) => onlyItsOwn.has(script));
    return {
      first_load_js_gzip_kb: [gzippedKb(first)],
      inference_worker_js_gzip_kb: [gzippedKb(loadedByWorker)],
    };
  },
};
