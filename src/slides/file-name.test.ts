// A slide always has a name that can be read in a sentence.

import { expect, test } from 'vitest';
import { fileNameOf, localNameOf } from './file-name.ts';

test('the last part of a link or a path, decoded', () => {
  expect(fileNameOf('https://a.org/b/c%20d.svs?token=1#x')).toBe('c d.svs');
  expect(fileNameOf('a/b/')).toBe('b');
  expect(fileNameOf('https://a.org/%zz.dzi')).toBe('%zz.dzi');
});

test('no blanks around it, and never nothing', () => {
  expect(fileNameOf('https://a.org/ .dzi')).toBe('.dzi');
  expect(fileNameOf('https://a.org/%20')).toBe('https://a.org/%20');
});

test('a file on this computer keeps every letter of its name', () => {
  expect(localNameOf('slides/case #12, 100%25?.svs')).toBe('case #12, 100%25?.svs');
});
