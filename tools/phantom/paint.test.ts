import { createHash } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { allocateFields, type Fields, fillFields } from './fields.ts';
import { makePainter, type Painter } from './paint.ts';
import { halve } from './pyramid.ts';
import { chooseLayout } from './regions.ts';
import { CORNER_MARK_ARM_PX, cornerMarks, RULER_INSET_PX, RULER_ORIGIN_PX, RULER_TICK_PX } from './specification.ts';

const SEED = 11;
const EDGE_PX = 1024;
const FIRST_ROW = 128;
const ROWS = 192;
let fields: Fields;
let painter: Painter;
let picture: Uint8Array;

beforeAll(() => {
  fields = allocateFields(EDGE_PX);
  fillFields(fields, chooseLayout(SEED, EDGE_PX), 0, fields.edge);
  painter = makePainter(SEED, EDGE_PX, fields);
  picture = painter.paint(FIRST_ROW, ROWS);
}, 120_000);

test('the picture of a seed is the same on every machine', () => {
  expect(createHash('sha256').update(fields.code).update(picture).digest('hex')).toBe(
    'f552c6dd3ff1434ae772d4e734cf8408f6b5a44bf95b49d32abac4897f9add71',
  );
});

test('a row looks the same in whatever band it is painted', () => {
  for (let row = 0; row < ROWS; row += 64) {
    const band = painter.paint(FIRST_ROW + row, 64);
    const same = picture.subarray(row * EDGE_PX * 3, (row + 64) * EDGE_PX * 3);
    expect(Buffer.compare(band, same)).toBe(0);
  }
});

test('granular chromatin is there at full resolution and gone at every coarser level', () => {
  const smooth = makePainter(SEED, EDGE_PX, fields, []).paint(FIRST_ROW, ROWS);
  const differing = picture.reduce((count, value, i) => count + (value === smooth[i] ? 0 : 1), 0);
  expect(differing / picture.length).toBeGreaterThan(0.05);
  expect(Buffer.compare(halved(picture), halved(smooth))).toBe(0);
});

test('marks are printed where the specification says, on glass', () => {
  const top = painter.paint(0, FIRST_ROW);
  const ink = (x: number, y: number): number => top[(y * EDGE_PX + x) * 3] ?? Number.NaN;
  const [upperLeft, upperRight] = cornerMarks(EDGE_PX);
  for (const mark of [upperLeft, upperRight]) {
    if (mark === undefined) throw new Error('corner mark missing');
    expect(ink(mark.x, mark.y)).toBe(0);
    expect(ink(mark.x + CORNER_MARK_ARM_PX, mark.y)).toBe(0);
    expect(ink(mark.x, mark.y - CORNER_MARK_ARM_PX)).toBe(0);
    expect(ink(mark.x + 3, mark.y + 3)).toBeGreaterThan(200);
  }
  const tickX = RULER_ORIGIN_PX + 2 * RULER_TICK_PX;
  expect(ink(tickX, RULER_INSET_PX + 10)).toBeLessThan(40);
  expect(ink(tickX - 1, RULER_INSET_PX + 10)).toBeGreaterThan(200);
  expect(ink(tickX + 2, RULER_INSET_PX + 10)).toBeGreaterThan(200);
});

function halved(rgb: Uint8Array): Uint8Array {
  const lower = { widthPx: EDGE_PX / 2, heightPx: ROWS / 2, rgb: new Uint8Array((EDGE_PX / 2) * (ROWS / 2) * 3) };
  halve({ widthPx: EDGE_PX, heightPx: ROWS, rgb }, lower, 0, lower.heightPx);
  return lower.rgb;
}
