// Colours keep what they promise: exact ends, even lightness, classes told apart, values on the right step.
import { describe, expect, test } from 'vitest';
import { formatHex, lightness, mixRamp, packPixel, parseHex, type Rgb } from './colour.ts';
import { classColours, contrastScale, entropyScale, pixelOf, probabilityScale, similarityScale } from './colour-map.ts';

const red: Rgb = { r: 198, g: 40, b: 40 };

describe('colour', () => {
  test('hex text reads back', () => {
    expect(parseHex('#c62828')).toEqual(red);
    expect(parseHex('#FA0')).toEqual({ r: 255, g: 170, b: 0 });
    expect(formatHex({ r: 0, g: 10, b: 255 })).toBe('#000aff');
    for (const bad of ['', 'red', '#12345', '#gggggg', 'c62828']) expect(parseHex(bad)).toBeNull();
  });

  test('a packed pixel has its bytes in the order of ImageData', () => {
    const bytes = new Uint8Array(Uint32Array.of(packPixel({ r: 1, g: 2, b: 3 })).buffer);
    expect([...bytes]).toEqual([1, 2, 3, 255]);
  });

  test('a ramp starts and ends on its stops and passes through the middle one', () => {
    const stops = [{ r: 5, g: 48, b: 97 }, { r: 247, g: 247, b: 247 }, red];
    const ramp = mixRamp(stops, 101);
    expect([ramp[0], ramp[50], ramp[100]]).toEqual(stops);
  });
});

describe('scales', () => {
  test('the ramps of one hue and of entropy change lightness one way only, by enough to read', () => {
    const classes = ['#9aa0a6', '#2e7d32', '#c62828', '#f0e442', '#000000'].map((hex) => parseHex(hex) ?? red);
    for (const { colours } of [entropyScale, ...classes.map(probabilityScale)]) {
      const steps = colours.map(lightness);
      const way = Math.sign((steps.at(-1) ?? 0) - (steps[0] ?? 0));
      expect(Math.abs((steps.at(-1) ?? 0) - (steps[0] ?? 0))).toBeGreaterThan(0.4);
      // One 8-bit step of a channel may go back a hair.
      for (let i = 1; i < steps.length; i++) {
        expect(((steps[i] ?? 0) - (steps[i - 1] ?? 0)) * way).toBeGreaterThan(-0.004);
      }
    }
  });

  test('diverging scales are lightest in the middle', () => {
    for (const { colours } of [similarityScale, contrastScale]) {
      const steps = colours.map(lightness);
      const lightest = steps.indexOf(Math.max(...steps));
      expect(Math.abs(lightest - 127.5)).toBeLessThanOrEqual(1);
    }
  });

  test('a value takes its step, beyond the ends the end, NaN nothing', () => {
    const { pixels } = entropyScale;
    expect(pixelOf(entropyScale, 0)).toBe(pixels[0]);
    expect(pixelOf(entropyScale, 0.5)).toBe(pixels[128]);
    expect(pixelOf(entropyScale, 1)).toBe(pixels[255]);
    expect(pixelOf(contrastScale, -3)).toBe(contrastScale.pixels[0]);
    expect(pixelOf(contrastScale, 3)).toBe(contrastScale.pixels[255]);
    expect(pixelOf(entropyScale, Number.NaN)).toBe(0);
  });
});

describe('classColours', () => {
  test("the model's own colours are kept exactly", () => {
    expect(classColours(2, ['#9aa0a6', '#c62828']).map(formatHex)).toEqual(['#9aa0a6', '#c62828']);
  });

  test('missing, unreadable and repeated ones are replaced, all different', () => {
    const colours = classColours(12, ['#c62828', 'teal', '#c62828']).map(formatHex);
    expect(colours[0]).toBe('#c62828');
    expect(new Set(colours).size).toBe(12);
  });
});
