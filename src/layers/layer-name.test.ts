// Names of layers read back as they were written, and nothing else is taken for one.
import { describe, expect, test } from 'vitest';
import { formatLayer, layerNames, parseLayer } from './layer-name.ts';

const offer = {
  classNames: ['benign gland', 'a:b'],
  hasFamiliarity: true,
  pairs: [{ fine: 0.62, coarse: 2.48 }],
};
const names = layerNames(offer);

test('a result offers all its layers, none first', () => {
  expect(names).toEqual([
    'none',
    'classes',
    'class:benign gland',
    'class:a:b',
    'entropy',
    'familiarity',
    'similarity:0.62-2.48',
    'contrast:0.62-2.48',
  ]);
  expect(layerNames({ ...offer, hasFamiliarity: false })).toEqual(names.filter((name) => name !== 'familiarity'));
});

describe('parseLayer', () => {
  test.each(names)('%s reads back the same', (name) => {
    const layer = parseLayer(name);
    expect(layer).not.toBeNull();
    if (layer !== null) expect(formatLayer(layer)).toBe(name);
  });

  test.each([
    '',
    'Classes',
    'class',
    'class:',
    'similarity',
    'similarity:0.62',
    'similarity:0-1',
    'contrast:1-x',
    'contrast:1-2-3',
    'entropy:1',
    'familiarity:0.5',
    'other:1-2',
  ])('"%s" is no layer', (name) => {
    expect(parseLayer(name)).toBeNull();
  });
});
