// What is loaded before the first tile is asked for, thread by thread: the page waits for its own scripts and, beside
// them, for those of the pixels worker; the inference worker's are loaded meanwhile. Sizes are those of the built files,
// compressed as servers do.

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
  metrics: ['first_load_js_gzip_kb', 'pixels_worker_js_gzip_kb', 'inference_worker_js_gzip_kb'],
  async measure(bench: Bench) {
    const from = bench.requests.length;
    await bench.app(await bench.browser());
    const asked = bench.requests.slice(from).map(({ path }) => path);
    const firstTile = asked.findIndex(isTile);
    if (firstTile < 0) throw new Error('No tile was asked for.');
    const scripts = (paths: readonly string[]) => new Set(paths.map(scriptOf).filter((script) => script !== undefined));
    const all = scripts(asked);
    const before = scripts(asked.slice(0, firstTile));
    const ofPage = reachable(entryOf('index', all));
    const ofPixels = reachable(entryOf('pixels.worker', all));
    const ofInference = reachable(entryOf('inference.worker', all));
    // A file that two threads want is fetched once; the thread that needs it first for the picture has it.
    const page = [...before].filter((script) => ofPage.has(script));
    const pixels = [...before].filter((script) => ofPixels.has(script) && !ofPage.has(script));
    const inference = [...all].filter(
      (script) => ofInference.has(script) && !ofPixels.has(script) && !ofPage.has(script),
    );
    console.log(`  page: ${page.join(', ')}\n  pixels worker: ${pixels.join(', ')}`);
    return {
      first_load_js_gzip_kb: [gzippedKb(page)],
      pixels_worker_js_gzip_kb: [gzippedKb(pixels)],
      inference_worker_js_gzip_kb: [gzippedKb(inference)],
    };
  },
};

/** The script of a thread: the one whose name begins so. */
function entryOf(name: string, scripts: ReadonlySet<string>): string {
  const found = [...scripts].find((script) => script.startsWith(`${name}-`));
  if (found === undefined) throw new Error(`The script of ${name} was not asked for.`);
  return found;
}
