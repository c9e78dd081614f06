import { expect, test } from 'vitest';
import { jsonAttributes } from './dicom-json.ts';
import { seriesName } from './dicom-name.ts';

test.each([
  ['S21-1234;A;3', 'HE, block A', 'S21-1234;A;3, HE, block A'],
  ['S21-1234;A;3', 'x', 'S21-1234;A;3'],
  ['', 'HE, block A', 'HE, block A'],
  ['S21-1234', ' S21-1234 ', 'S21-1234'],
  ['7', 'x', ''],
])('%s and %s: %s', (container, description, name) => {
  const element = (text: string) => ({ vr: 'LO', Value: [text] });
  const dataSet = { '00400512': element(container), '0008103E': element(description) };
  expect(seriesName(jsonAttributes(dataSet))).toBe(name);
});

test('nothing is said', () => {
  expect(seriesName(jsonAttributes({}))).toBe('');
});
