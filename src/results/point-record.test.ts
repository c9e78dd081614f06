import { expect, test } from 'vitest';
import { leadOf, type PointRecord, sortRecords } from './point-record.ts';
import { pointsCsv } from './points-csv.ts';

const record = (
  number: number,
  probabilities: readonly number[],
  classNames = ['gland', 'fat, loose'],
): PointRecord => ({
  id: `id-${number}`,
  number,
  at: { x: 10 * number, y: 7 },
  mppX: 0.5,
  mppY: 0.25,
  classNames,
  probabilities,
  entropy: 1 - number / 10,
  familiarity: null,
  uncertain: number === 2,
  unlike: false,
  model: { id: 'm', title: 'M', version: '1' },
  backend: 'wasm',
  askedAt: '2026-01-02T03:04:05.000Z',
});
const records = [record(1, [0.9, 0.1]), record(2, [0.4, 0.6]), record(3, [0.9, 0.1])];
const order = (...wanted: Parameters<typeof sortRecords>) => sortRecords(...wanted).map(({ number }) => number);

test('records sort by every column, equals in the order they were asked', () => {
  expect(order(records, 'number', true)).toEqual([3, 2, 1]);
  expect(order(records, 'class', false)).toEqual([2, 1, 3]);
  expect(order(records, 'class', true)).toEqual([1, 3, 2]);
  expect(order(records, 'probability', true)).toEqual([1, 3, 2]);
  expect(order(records, 'entropy', false)).toEqual([3, 2, 1]);
});

test('the lead is the first of equals', () => {
  expect(leadOf(record(1, [0.5, 0.5]))).toEqual({ name: 'gland', probability: 0.5 });
});

test('the table has every class that any record has, and quotes what must be', () => {
  const lines = pointsCsv([...records, record(4, [1], ['stroma'])], 'a "b".svs', 'Concentric 1').split('\n');
  expect(lines[1]).toBe('# provenance: {"app":"Concentric 1","slide":"a \\"b\\".svs"}');
  expect(lines[2]).toMatch(/,prob_gland,"prob_fat, loose",prob_stroma$/);
  expect(lines[4]).toBe('2,20,7,0.5,0.25,"fat, loose",0.6,0.8,,true,false,m,1,wasm,2026-01-02T03:04:05.000Z,0.4,0.6,');
  expect(lines[6]).toMatch(/stroma,1,.*,,,1$/);
  expect(lines).toHaveLength(8);
});
