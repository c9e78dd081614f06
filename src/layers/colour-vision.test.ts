// Colours that mean different things look different to everybody: pairwise CIEDE2000 between class colours as seen with
// protanopia, deuteranopia and tritanopia (simulated by culori, after Machado et al. 2009), and colour maps that keep
// their order in each of them.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  differenceCiede2000,
  filterDeficiencyDeuter,
  filterDeficiencyProt,
  filterDeficiencyTrit,
  type Rgb,
} from 'culori';
import { describe, expect, test } from 'vitest';
import { formatHex, lightness, parseHex } from './colour.ts';
import { distinctColours, entropyScale, familiarityScale, similarityScale } from './colour-map.ts';
import { divergingMaps, sequentialMaps } from './palettes.ts';

/** Plainly different side by side; 1 is just noticeable. */
const apart = 8;
const difference = differenceCiede2000();
const seen: Readonly<Record<string, (colour: Rgb | string) => Rgb | string>> = {
  'all colours': (colour) => colour,
  protanopia: filterDeficiencyProt(1) as (colour: Rgb | string) => Rgb,
  deuteranopia: filterDeficiencyDeuter(1) as (colour: Rgb | string) => Rgb,
  tritanopia: filterDeficiencyTrit(1) as (colour: Rgb | string) => Rgb,
};

function nearestPair(colours: readonly string[], see: (colour: string) => Rgb | string): number {
  const pairs = colours.flatMap((one, index) => colours.slice(index + 1).map((other) => [one, other] as const));
  return Math.min(...pairs.map(([one, other]) => difference(see(one), see(other))));
}

const named = ({ name, colours }: { name: string; colours: readonly string[] }) => [name, colours] as const;
const sequential = [
  ['uncertainty', entropyScale.colours.map(formatHex)] as const,
  ['familiarity', familiarityScale.colours.map(formatHex)] as const,
  ...sequentialMaps.map(named),
];
const diverging = [['similarity', similarityScale.colours.map(formatHex)] as const, ...divergingMaps.map(named)];

const modelsFolder = join(import.meta.dirname, '../../public/models');
const shipped = readdirSync(modelsFolder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => {
    const manifest = JSON.parse(readFileSync(join(modelsFolder, name, 'manifest.json'), 'utf8'));
    return [name, manifest.x_class_colors as string[]] as const;
  });

describe.each(Object.entries(seen))('seen with %s', (_, see) => {
  test.each([...shipped, ['the palette offered', distinctColours] as const])('%s: classes differ', (_, colours) => {
    expect(nearestPair(colours, see)).toBeGreaterThan(apart);
  });

  test.each(diverging)('%s: the two ends of signed values differ', (_, colours) => {
    expect(difference(see(colours[0] ?? ''), see(colours.at(-1) ?? ''))).toBeGreaterThan(3 * apart);
  });
});

test.each(sequential)('%s: lightness goes one way, so that eyes without colour read it too', (_, colours) => {
  const steps = colours.map((colour) => lightness(parseHex(colour) ?? { r: 0, g: 0, b: 0 }));
  const way = Math.sign((steps.at(-1) ?? 0) - (steps[0] ?? 0));
  expect(Math.abs((steps.at(-1) ?? 0) - (steps[0] ?? 0))).toBeGreaterThan(0.4);
  for (let i = 8; i < steps.length; i += 8) expect(((steps[i] ?? 0) - (steps[i - 8] ?? 0)) * way).toBeGreaterThan(0);
});
