// What addresses mean, which values are refused, and that a written address reads back the same.
import { describe, expect, test } from 'vitest';
import { formatAddress, parseAddress } from './address.ts';

describe('parseAddress', () => {
  test('reads every part', () => {
    const { address, problems } = parseAddress(
      '?slide=https%3A%2F%2Fexample.org%2Fa.svs&model=glas-colon&x=12.5&y=-3&mag=20&layer=class:benign%20gland&opacity=0.5&drawer=webgl',
    );
    expect(problems).toEqual([]);
    expect(address).toEqual({
      slide: 'https://example.org/a.svs',
      model: 'glas-colon',
      x: 12.5,
      y: -3,
      magnification: 20,
      layer: 'class:benign gland',
      opacity: 0.5,
      drawer: 'webgl',
    });
  });

  test.each([
    ['?x=abc&y=1', 'x'],
    ['?mag=0', 'mag'],
    ['?mag=-4', 'mag'],
    ['?mag=', 'mag'],
    ['?opacity=1.1', 'opacity'],
    ['?opacity=Infinity', 'opacity'],
    ['?colour=red', 'colour'],
    ['?drawer=html', 'drawer'],
    ['?slide=', 'slide'],
    ['?x=5', 'x and y'],
    ['?rotation=360', 'rotation'],
    ['?flip=yes', 'flip'],
  ])('%s is told in words and ignored', (query, named) => {
    const { address, problems } = parseAddress(query);
    expect(address).toEqual({});
    expect(problems.join(' ')).toContain(named);
  });

  test('says nothing of an empty query', () => {
    expect(parseAddress('')).toEqual({ address: {}, problems: [] });
  });
});

test('a written address reads back the same', () => {
  const address = {
    slide: 'slides/local/a b&c.svs',
    model: 'phantom',
    x: 4096,
    y: 100.5,
    magnification: 10.125,
    rotation: 37.5,
    flipped: true,
    layer: 'similarity:0.62-2.48',
    opacity: 0.65,
  };
  expect(parseAddress(formatAddress(address))).toEqual({ address, problems: [] });
  expect(formatAddress({})).toBe('');
});
