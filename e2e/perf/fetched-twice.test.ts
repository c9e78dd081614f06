// Only what was asked for twice counts, and all of it.

import { expect, test } from 'vitest';
import { fetchedTwice } from './fetched-twice.ts';

const slide = 'slides/a.tif';
const page = { path: `/?slide=${slide}&model=m`, range: null };
const part = (range: string | null) => ({ path: `/${slide}`, range });

test('The address of the page that shows the slide is no request for the slide', () => {
  expect(fetchedTwice([page, part('bytes=0-99'), part('bytes=100-199')], slide)).toBe(0);
});

test('Bytes asked for again are counted, in whatever order, and so is the whole file beside its parts', () => {
  expect(fetchedTwice([part('bytes=100-199'), part('bytes=0-100')], slide)).toBe(1);
  expect(fetchedTwice([part('bytes=0-99'), part(null)], slide)).toBe(1);
  expect(fetchedTwice([part('bytes=500-'), part('bytes=600-699')], slide)).toBe(1);
});
