import { expect, test } from 'vitest';
import { ASSUMED_MEMORY_GIB, deviceMemoryGiB } from './device-memory.ts';

test.each([
  [{ deviceMemory: 0.5 }, 0.5],
  [{ deviceMemory: 4 }, 4],
  [{}, ASSUMED_MEMORY_GIB],
  [undefined, ASSUMED_MEMORY_GIB],
  [{ deviceMemory: undefined }, ASSUMED_MEMORY_GIB],
  [{ deviceMemory: 0 }, ASSUMED_MEMORY_GIB],
  [{ deviceMemory: Infinity }, ASSUMED_MEMORY_GIB],
])('a browser that says %o', (told, memoryGiB) => {
  expect(deviceMemoryGiB(told)).toBe(memoryGiB);
});
