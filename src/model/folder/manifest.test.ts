import { describe, expect, test } from 'vitest';
import { isFailure } from '../../lib/failure.ts';
import { tinyManifest } from '../tiny-model.fixture.ts';
import { parseManifest } from './manifest.ts';

const dsml = tinyManifest().x_dsml as Record<string, unknown>;

test('a whole manifest is read', () => {
  const manifest = parseManifest(tinyManifest());
  expect(manifest).toMatchObject({
    id: 'tiny',
    patchSizePx: 32,
    spacings: [0.5, 1, 2],
    padding: 'reflect',
    mean: [0.5, 0.4, 0.6],
    network: { kind: 'encoder-head', featureStridePx: 4, contextPx: 8 },
    calibration: { temperature: 1.5, perMagnification: [1.2, 1.3, 1.4], uncertainBelow: 0.6 },
    familiarityThreshold: null,
    golden: { file: 'golden.json', tolerance: 0.001 },
  });
});

test('a user’s own model needs only spacings and a graph', () => {
  const manifest = parseManifest({
    spec_version: '1.0',
    architecture: 'own',
    num_classes: 2,
    class_names: ['a', 'b'],
    patch_size_pixels: 224,
    spacing_um_px: 0.5,
    transform: [{ name: 'Resize', arguments: { size: 224 } }, { name: 'ToTensor' }],
    x_dsml: { spacings_um_px: [0.5], model: 'model.json' },
  });
  expect(manifest.network).toEqual({ kind: 'whole-patch', model: 'model.json' });
  expect(manifest).toMatchObject({ mean: [0, 0, 0], std: [1, 1, 1], files: null, golden: null });
  expect(manifest.calibration).toEqual({ temperature: 1, perMagnification: [1], uncertainBelow: null });
  expect(manifest.classColors).toHaveLength(2);
});

describe('each fault is named', () => {
  const faults: [string, Record<string, unknown>, string][] = [
    ['a member left out', { class_names: null }, 'class_names'],
    ['too few names', { class_names: ['a', 'b'] }, 'class_names'],
    ['a name twice', { class_names: ['a', 'b', 'a'] }, 'class_names'],
    ['too few colours', { x_class_colors: ['#000000'] }, 'x_class_colors'],
    ['a colour that is none', { x_class_colors: ['red', '#000000', '#ffffff'] }, 'x_class_colors'],
    ['no x_dsml', { x_dsml: null }, 'x_dsml'],
    ['spacings out of order', { x_dsml: { ...dsml, spacings_um_px: [1, 0.5, 2] } }, 'x_dsml.spacings_um_px'],
    ['another finest spacing', { spacing_um_px: 0.25 }, 'spacing_um_px'],
    ['a patch that the stride does not divide', { patch_size_pixels: 30 }, 'patch_size_pixels'],
    ['context that the stride does not divide', { x_dsml: { ...dsml, context_pixels: 5 } }, 'x_dsml.context_pixels'],
    ['two encoders for three spacings', { x_dsml: { ...dsml, encoders: ['a.json', 'b.json'] } }, 'x_dsml.encoders'],
    ['no head', { x_dsml: { ...dsml, head: undefined } }, 'x_dsml.head'],
    ['a path out of the folder', { x_dsml: { ...dsml, head: '../head/model.json' } }, 'x_dsml.head'],
    ['an absolute path', { x_dsml: { ...dsml, encoders: ['/etc/model.json'] } }, 'x_dsml.encoders.0'],
    ['another origin', { x_golden: { file: 'https://elsewhere.org/golden.json', tolerance: 0.1 } }, 'x_golden.file'],
    ['an encoded way out', { x_card: '%2e%2e/README.md' }, 'x_card'],
    ['a sum that is none', { x_files: { 'a.bin': 'md5-1' } }, 'x_files.a.bin'],
    ['a temperature of 0', { x_calibration: { temperature: 0 } }, 'x_calibration.temperature'],
    [
      'too few temperatures',
      { x_calibration: { temperature: 1, per_magnification: [1] } },
      'x_calibration.per_magnification',
    ],
    ['resizing', { transform: [{ name: 'Resize', arguments: { size: 64 } }] }, 'transform'],
    ['an unknown transform', { transform: [{ name: 'Flip' }] }, 'transform.0'],
    [
      'a deviation of 0',
      { transform: [{ name: 'Normalize', arguments: { mean: [0, 0, 0], std: [1, 0, 1] } }] },
      'transform.0',
    ],
  ];
  test.each(faults)('%s', (_, changes, member) => {
    try {
      parseManifest(tinyManifest(changes));
      expect.unreachable('the manifest should be refused');
    } catch (error) {
      expect(isFailure(error, 'model-invalid')).toBe(true);
      expect((error as Error).message).toContain(` ${member}`);
    }
  });

  test.each([[null], ['text'], [[]], [42]])('%o is no manifest', (value) => {
    expect(() => parseManifest(value)).toThrow(/manifest\.json/);
  });
});
