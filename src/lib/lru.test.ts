import { expect, test } from 'vitest';
import { Lru } from './lru.ts';

test('forgets the least recently used first', () => {
  const lru = new Lru<string, number>(10);
  lru.set('a', 1, 4);
  lru.set('b', 2, 4);
  expect(lru.get('a')).toBe(1);
  lru.set('c', 3, 4);
  expect(lru.get('b')).toBeUndefined();
  expect([lru.get('a'), lru.get('c'), lru.cost, lru.size]).toEqual([1, 3, 8, 2]);
});

test('counts a replaced value once, and keeps nothing over the budget', () => {
  const lru = new Lru<string, number>(10);
  lru.set('a', 1, 4);
  lru.set('a', 2, 6);
  expect([lru.get('a'), lru.cost]).toEqual([2, 6]);
  lru.set('b', 3, 11);
  expect([lru.get('b'), lru.cost, lru.size]).toEqual([undefined, 0, 0]);
});

test('gives everything back', () => {
  const lru = new Lru<number, number>(100);
  for (let key = 0; key < 50; key++) lru.set(key, key, 3);
  expect(lru.cost).toBe(99);
  lru.clear();
  expect([lru.cost, lru.size, lru.get(49)]).toEqual([0, 0, undefined]);
});
