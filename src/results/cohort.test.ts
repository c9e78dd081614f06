import { expect, test } from 'vitest';
import { type CohortSlide, cohortCsv, isFilled, parseCohort, queryCohort } from './cohort.ts';

const done = (name: string, tumour: number): CohortSlide => ({
  id: name,
  name,
  source: `/slides/${name}`,
  status: 'done',
  results: { json: `${name}.results.json` },
  tissueMm2: 12.5,
  areaMm2: { tumour: 12.5 * tumour, 'fat, "loose"': 12.5 * (1 - tumour) },
  shares: { tumour, 'fat, "loose"': 1 - tumour },
  unreadShare: 0,
  uncertainShare: null,
});
const failed: CohortSlide = {
  id: 'x',
  name: 'slide-3.svs',
  source: 'https://host/slide-3.svs',
  status: 'failed',
  failure: { code: 'mpp-unknown', message: 'No scale, alas.' },
};
const rows = [failed, done('slide-10.svs', 0.2), done('slide-2.svs', 0.9)];
const cohort = {
  format: 'concentric-cohort',
  version: 1,
  model: { id: 'm', title: 'M', version: '1', sha256: 'ab' },
  classNames: ['tumour', 'fat, "loose"'],
  classColors: ['#111111', '#222222'],
  slides: rows,
};
const all = { column: 'name', descending: false, text: '', status: null } as const;
const namesOf = (found: readonly CohortSlide[]) => found.map(({ name }) => name);

test('rows sort by name as people count, and by number with the empty ones last either way', () => {
  expect(namesOf(queryCohort(rows, all))).toEqual(['slide-2.svs', 'slide-3.svs', 'slide-10.svs']);
  const byTumour = { ...all, column: 'class:tumour' };
  expect(namesOf(queryCohort(rows, byTumour))).toEqual(['slide-10.svs', 'slide-2.svs', 'slide-3.svs']);
  expect(namesOf(queryCohort(rows, { ...byTumour, descending: true }))[2]).toBe('slide-3.svs');
});

test('rows filter by text and status', () => {
  expect(namesOf(queryCohort(rows, { ...all, text: ' HOST ' }))).toEqual(['slide-3.svs']);
  expect(queryCohort(rows, { ...all, status: 'done' })).toHaveLength(2);
});

test('a column is filled by one slide that has something in it, and be it nothing of a class', () => {
  expect(isFilled(rows, 'unread')).toBe(true);
  expect(isFilled(rows, 'uncertain')).toBe(false);
  expect(isFilled(rows, 'class:tumour')).toBe(true);
  expect(isFilled(rows, 'class:other')).toBe(false);
  expect(isFilled([done('none.svs', 0)], 'class:tumour')).toBe(true);
});

test('a cohort is read, and one that is not whole is refused in words', () => {
  expect(parseCohort(JSON.stringify(cohort)).slides).toHaveLength(3);
  expect(() => parseCohort('{')).toThrow(/not JSON/);
  const broken = { ...cohort, slides: [{ ...rows[1], status: 'fine' }] };
  expect(() => parseCohort(JSON.stringify(broken))).toThrow(/slides\.0\.status/);
});

test('the table quotes what has to be quoted', () => {
  const lines = cohortCsv(parseCohort(JSON.stringify(cohort)), rows).split('\n');
  expect(lines[2]).toContain('"area_mm2_fat, ""loose"""');
  expect(lines[3]).toContain('mpp-unknown,"No scale, alas.",,');
  expect(lines[4]).toMatch(/^slide-10\.svs,.*,12\.5,2\.5,10,0\.2,0\.8,0,,$/);
});

test('the table has every row that is shown, each number as it is, and no name that a spreadsheet would run', () => {
  const risky = { ...done('=cmd|x.svs', 0.25), unreadShare: 0.125, uncertainShare: 0.5 };
  const table = cohortCsv(parseCohort(JSON.stringify(cohort)), [risky, ...rows]).split('\n');
  const names = 'name,source,status,code,message,tissue_mm2';
  const shares = 'unread_share,uncertain_share,unfamiliar_share';
  expect(table[2]?.startsWith(names) && table[2].endsWith(shares)).toBe(true);
  expect(table[3]).toBe("'=cmd|x.svs,/slides/=cmd|x.svs,done,,,12.5,3.125,9.375,0.25,0.75,0.125,0.5,");
  expect(table.slice(3)).toHaveLength(rows.length + 2);
  expect(table.at(-1)).toBe('');
});
