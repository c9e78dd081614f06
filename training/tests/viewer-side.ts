// The viewer's own code on files that test_infer_rules.py makes, for comparison: run with tsx.
// "tissue IN OUT": IN is JSON { rgba, width, height, downsample, slide, cellSize } with base64 RGBA; OUT gets the rule and
// base64 mask and cells. "exports RESULT COLOURS FOLDER": reads a results JSON and writes it in all three formats.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cellGrid } from '../../src/pyramid/cell-grid.ts';
import { exportCsv } from '../../src/results/export-csv.ts';
import { exportGeoJson } from '../../src/results/export-geojson.ts';
import { exportJson } from '../../src/results/export-json.ts';
import { parseResultJson } from '../../src/results/parse-json.ts';
import { tissueCells, tissueMask, tissueRule } from '../../src/tissue/tissue-mask.ts';

const [command = '', input = '', ...rest] = process.argv.slice(2);
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

if (command === 'tissue') {
  const { rgba, width, height, downsample, slide, cellSize } = JSON.parse(readFileSync(input, 'utf8'));
  const data = new Uint8ClampedArray(Buffer.from(rgba, 'base64'));
  const mask = tissueMask({ width, height, data, downsample });
  const cells = tissueCells(mask, cellGrid(slide, cellSize));
  writeFileSync(rest[0] ?? '', JSON.stringify({ tissueRule, mask: base64(mask.data), cells: base64(cells) }));
} else if (command === 'exports') {
  const [colours = '[]', folder = '.'] = rest;
  const result = parseResultJson(readFileSync(input, 'utf8'));
  const write = async (name: string, blob: Blob) =>
    writeFileSync(join(folder, name), new Uint8Array(await blob.arrayBuffer()));
  await write('json', await exportJson(result));
  await write('geojson', await exportGeoJson(result, JSON.parse(colours)));
  await write('csv', await exportCsv(result));
} else throw new Error(`No command "${command}".`);
