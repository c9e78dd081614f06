import { expect, test } from 'vitest';
import { canBeListed } from './workspace.ts';

const work = { id: 'a', savedAt: 1, slide: { name: 'a.svs', width: 10, height: 10 }, regions: [], points: [] };

test('a record is listed only when it has what a list shows', () => {
  expect(canBeListed(work)).toBe(true);
  for (const missing of Object.keys(work)) expect(canBeListed({ ...work, [missing]: undefined })).toBe(false);
  expect(canBeListed({ ...work, savedAt: Number.NaN })).toBe(false);
  expect(canBeListed({ ...work, slide: { name: 'a.svs' } })).toBe(false);
});
