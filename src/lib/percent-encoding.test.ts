import { expect, test } from 'vitest';
import { readable, readablePath } from './percent-encoding.ts';

test('addresses become plain letters', () => {
  expect(readable('slide%20one%23a.svs')).toBe('slide one#a.svs');
  expect(readablePath('slides/slide%20one%23a.svs')).toBe('slides/slide one%23a.svs');
});

test('what is wrongly encoded stands as it is', () => {
  for (const path of ['100%.svs', 'a%zz', '%E0%A4%A', '%']) {
    expect(readable(path)).toBe(path);
    expect(readablePath(path)).toBe(path);
  }
});
