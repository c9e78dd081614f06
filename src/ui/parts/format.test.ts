// How numbers read: never a false zero, never a false certainty, and times that a person would say.
import { describe, expect, test } from 'vitest';
import { magnificationOf } from '../../pyramid/magnification.ts';
import {
  formatArea,
  formatBytes,
  formatLength,
  formatMagnification,
  formatPercent,
  formatPixelSize,
  formatRate,
  formatSigned,
  formatSpacing,
  formatTimeLeft,
  formatWholePercent,
  humanClassName,
  withHumanClassNames,
} from './format.ts';

test.each([
  [0, '0.0%'],
  [0.0001, '<0.1%'],
  [0.8734, '87.3%'],
  [0.9996, '>99.9%'],
  [1, '100.0%'],
  [Number.NaN, '–'],
])('share %d reads %s', (share, text) => expect(formatPercent(share)).toBe(text));

test.each([
  [0, '0%'],
  [0.004, '<1%'],
  [0.005, '1%'],
  [0.874, '87%'],
  [0.996, '>99%'],
  [1, '100%'],
  [Number.NaN, '–'],
])('share %d in a narrow column reads %s', (share, text) => expect(formatWholePercent(share)).toBe(text));

test.each([
  [0.5, '20×'],
  [0.62, '16.1×'],
  [2.48, '4×'],
  [4, '2.5×'],
  [16, '0.63×'],
  [0.05, '200×'],
])('spacing %d is %s', (spacing, text) => expect(formatMagnification(magnificationOf(spacing))).toBe(text));

test('spacings print as manifests do', () => {
  expect([0.62, 1.24, 0.499, 2].map(formatSpacing)).toEqual(['0.62 µm/px', '1.24 µm/px', '0.499 µm/px', '2 µm/px']);
});

test.each([
  [0.25, '0.25 µm'],
  [79.36, '79 µm'],
  [1240, '1.24 mm'],
  [-1500, '−1.50 mm'],
])('%d um reads %s', (microns, text) => expect(formatLength(microns)).toBe(text));

test('areas keep three figures below a square millimetre', () => {
  expect([0, 0.0004, 0.1234, 12.4].map(formatArea)).toEqual(['0.000 mm²', '<0.001 mm²', '0.123 mm²', '12.40 mm²']);
});

test('signed numbers have a real minus and no minus zero', () => {
  expect([0.823, -0.071, -0.001, Number.NaN].map(formatSigned)).toEqual(['0.82', '−0.07', '0.00', '–']);
});

test('rates below ten show a decimal', () => expect([4.21, 56.4].map(formatRate)).toEqual(['4.2', '56']));

describe('time left', () => {
  test.each([
    [0, 'a few seconds'],
    [4.9, 'a few seconds'],
    [23, '25 s'],
    [57.4, '55 s'],
    [57.5, '1 min'],
    [81, '1 min 20 s'],
    [594, '9 min 50 s'],
    [595, '10 min'],
    [3595, '1 h'],
    [3900, '1 h 5 min'],
    [Number.POSITIVE_INFINITY, '–'],
  ])('%d seconds reads %s', (seconds, text) => expect(formatTimeLeft(seconds)).toBe(text));
});

test('class names read as words', () => expect(humanClassName('malignant_gland')).toBe('Malignant gland'));

test('texts name classes as words, whole names alone', () => {
  const text = 'non_gland taken for gland; testA_non_gland.png; |non_gland|';
  expect(withHumanClassNames(text, ['non_gland', 'gland'])).toBe(
    'Non gland taken for gland; testA_non_gland.png; |Non gland|',
  );
});

test('the size of a pixel has four figures, and two numbers where it is not square', () => {
  expect(formatPixelSize({ mppX: 0.25268, mppY: 0.25268 })).toBe('0.2527 µm/px');
  expect(formatPixelSize({ mppX: 0.25, mppY: 0.5 })).toBe('0.25 × 0.5 µm/px');
  expect(formatPixelSize({ mppX: null, mppY: null })).toBeNull();
});

test('memory is told in the unit that fits', () => {
  expect([0, 999_499, 12_400_000, 1_440_000_000].map(formatBytes)).toEqual(['0 kB', '999 kB', '12 MB', '1.4 GB']);
});
