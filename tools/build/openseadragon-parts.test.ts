// The parts of OpenSeadragon stand where the build looks for them, and what remains is whole.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import { expect, test } from 'vitest';
import { partsOf } from './openseadragon-parts.ts';

const code = readFileSync(createRequire(import.meta.url).resolve('openseadragon'), 'utf8');

test('What is never asked for is left out, what the viewer stands on stays, and both parts are scripts', () => {
  const { core, webgl } = partsOf(code);
  for (const script of [core, webgl]) expect(() => new Script(script)).not.toThrow();
  for (const name of ['DziTileSource', 'ZoomifyTileSource', 'ReferenceStrip', 'WebGLDrawer'])
    expect(core).not.toMatch(new RegExp(`(\\$|OpenSeadragon)\\.${name} = `));
  for (const name of ['Viewer', 'TileSource', 'DrawerBase', 'MouseTracker'])
    expect(core).toMatch(new RegExp(`\\$\\.${name} = |OpenSeadragon\\.${name} = `));
  expect(webgl).toContain('OpenSeadragon.WebGLDrawer = ');
});

test('A package that has changed is refused by name', () => {
  expect(() => partsOf(code.replace('* OpenSeadragon - Navigator\n', '* OpenSeadragon - Overview\n'))).toThrow(
    /Navigator/,
  );
});
