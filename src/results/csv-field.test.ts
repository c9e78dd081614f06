import { expect, test } from 'vitest';
import { csvField } from './csv-field.ts';

test('a field is quoted where it has to be', () => {
  const fields = ['plain', 'a,b', 'say "no"', 'two\nlines', null, undefined, '', true, -0.5, 1e-7];
  const written = ['plain', '"a,b"', '"say ""no"""', '"two\nlines"', '', '', '', 'true', '-0.5', '1e-7'];
  expect(fields.map(csvField)).toEqual(written);
});

test('a text is no formula to a spreadsheet, and a number stays one', () => {
  expect(csvField('=HYPERLINK("http://x")')).toBe(`"'=HYPERLINK(""http://x"")"`);
  expect(['+1', '-2', '@SUM(A1)', '\t=1'].map(csvField)).toEqual(["'+1", "'-2", "'@SUM(A1)", "'\t=1"]);
  expect(csvField(-2)).toBe('-2');
});
