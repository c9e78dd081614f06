// Addresses of a view and slide lists as accident or malice makes them: what makes no sense is told and left out.

import { afterEach, expect, test, vi } from 'vitest';
import { damagedJson, damagedText, fuzz } from '../../../e2e/fixtures/fuzz.ts';
import { fetchSlideList } from '../slides/slide-list.ts';
import { formatAddress, parseAddress } from './address.ts';

afterEach(() => void vi.unstubAllGlobals());

const view =
  '?slide=https://slides.example.org/a.svs&model=phantom&x=3000.5&y=2999&mag=10&rotation=90&flip=1&layer=class:fat&opacity=0.5';

test('addresses of a view', async () => {
  await fuzz({
    what: 'addresses of a view',
    cases: 3000,
    codes: [],
    attempt(dice) {
      const { address, problems } = parseAddress(damagedText(dice, view));
      for (const member of ['x', 'y', 'magnification', 'rotation', 'opacity'] as const) {
        const value = address[member];
        expect(value === undefined || Number.isFinite(value)).toBe(true);
      }
      for (const problem of problems) expect(problem.length).toBeLessThan(300);
      const again = parseAddress(formatAddress(address));
      for (const member of ['slide', 'model', 'layer'] as const) expect(again.address[member]).toBe(address[member]);
    },
  });
});

test('slide lists', async () => {
  const list = { slides: [{ id: 'a', title: 'A', url: 'slides/a.svs', mpp_x: 0.5, mpp_y: 0.5 }] };
  await fuzz({
    what: 'slide lists',
    cases: 500,
    codes: [],
    async attempt(dice) {
      vi.stubGlobal('fetch', async () => new Response(damagedJson(dice, list)));
      const slides = await fetchSlideList('https://app.example.org/');
      for (const { id, title, url, mpp_x = 1, mpp_y = 1 } of slides) {
        expect([typeof id, typeof title, typeof url]).toEqual(['string', 'string', 'string']);
        for (const mpp of [mpp_x, mpp_y]) expect(mpp > 0 && mpp < 1000).toBe(true);
      }
    },
  });
});
