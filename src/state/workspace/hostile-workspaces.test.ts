// Workspace files as accident or malice makes them: one is read whole, and written again reads the same, or is refused.

import { expect, test } from 'vitest';
import { damagedJson, damagedText, fuzz } from '../../../e2e/fixtures/fuzz.ts';
import { madeResult } from '../../results/made-result.fixture.ts';
import type { Workspace } from './workspace.ts';
import { readWorkspace, writeWorkspace } from './workspace-file.ts';

const id = '5f1f7a2e-6f9b-4f0e-9a63-2f9b1b8f7c11';
const workspace: Workspace = {
  id,
  savedAt: 1_700_000_000_000,
  slide: { id: 'a', name: 'a.svs', width: 9000, height: 8000, mppX: 0.5, mppY: 0.5, mppSource: 'user', address: null },
  model: { id: 'phantom', title: 'Phantom', address: 'phantom' },
  view: { x: 100, y: 200, magnification: 10, rotation: 90, flipped: true },
  layer: {
    name: 'classes',
    opacity: 0.5,
    visible: true,
    style: {
      colours: { fat: '#112233' },
      hidden: [],
      threshold: 0,
      smooth: false,
      sequential: null,
      diverging: null,
      fitted: true,
    },
  },
  region: { x: 0, y: 0, width: 100, height: 100 },
  regions: [
    {
      id,
      name: 'a',
      colour: '#aabbcc',
      geometry: { type: 'Point', coordinates: [1, 2] },
      feature: { type: 'Feature' },
      locked: true,
      given: { name: 'a' },
    },
  ],
  regionMembers: { name: 'batch' },
  points: [],
  point: { x: 1, y: 2 },
  hasResult: true,
};

const soundText = async () => await (await writeWorkspace(workspace, madeResult(), 'Concentric 0.0.0')).text();
const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

test.each([
  ['lists in lists in a feature', '"feature":{"type":"Feature"', `"feature":{"type":${deep(5000)}`, /nest too deeply/],
  ['lists in lists beside the regions', '"name":"batch"', `"name":${deep(5000)}`, /nest too deeply/],
  ['millions of places', '"coordinates":[1,2]', `"coordinates":[${'[1,2],'.repeat(2_000_001)}[1,2]]`, /two million/],
  ['a place beyond all slides', '"coordinates":[1,2]', '"coordinates":[1e308,2]', /not a whole workspace.*regions/],
  ['a place without end', '"coordinates":[1,2]', '"coordinates":[1e999,2]', /not a whole workspace.*regions/],
  ['a view without end', '"magnification":10', '"magnification":1e999', /not a whole workspace.*view/],
  ['a rectangle without end', '"width":100,', '"width":1e999,', /not a whole workspace.*region/],
  ['NaN, which JSON has not', '"opacity":0.5', '"opacity":NaN', /not a workspace/],
])('a workspace with %s is refused in words', async (_name, sound, damaged, message) => {
  const text = (await soundText()).replace(sound, damaged);
  expect(text).toContain(damaged.slice(0, 100));
  expect(() => readWorkspace(text)).toThrowError(
    expect.objectContaining({ code: 'damaged', message: expect.stringMatching(message) }),
  );
});

test('workspaces', async () => {
  const sound = await soundText();
  expect(readWorkspace(sound).workspace).toEqual(workspace);
  const document: unknown = JSON.parse(sound);
  await fuzz({
    what: 'workspace files',
    cases: 1200,
    codes: ['damaged'],
    async attempt(dice) {
      const text = dice.below(3) === 0 ? damagedText(dice, sound) : damagedJson(dice, document);
      const { workspace: read, result } = readWorkspace(text);
      expect(read.hasResult).toBe(result !== null);
      const again = readWorkspace(await (await writeWorkspace(read, result, 'a')).text());
      expect(JSON.stringify(again.workspace)).toBe(JSON.stringify(read));
    },
  });
});
