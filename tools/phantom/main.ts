// Command line of the phantom generator: `tsx tools/phantom/main.ts [--seed N] [--out DIR]`.

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makePhantom } from './make-phantom.ts';
import { DEFAULT_SEED } from './specification.ts';

const DEFAULT_OUT = fileURLToPath(new URL('../../public/slides/phantom', import.meta.url));
const USAGE = `Usage: npm run phantom -- [--seed N] [--out DIR]
Writes the phantom slide (Deep Zoom, mask.png, dataset.json) of a seed (default ${DEFAULT_SEED}) to a folder
(default public/slides/phantom).`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { seed: { type: 'string' }, out: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help === true) {
    console.log(USAGE);
    return;
  }
  const outDir = values.out ?? DEFAULT_OUT;
  const seed = values.seed === undefined ? DEFAULT_SEED : Number(values.seed);
  const startedMs = Date.now();
  let shown = 0;
  await makePhantom({
    outDir,
    seed,
    onProgress: (share) => {
      if (share < shown + 0.1) return;
      shown = share;
      console.log(`phantom: ${Math.round(share * 100)} %`);
    },
  });
  console.log(`phantom: seed ${seed} written to ${outDir} in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  console.error(USAGE);
  process.exitCode = 1;
});
