// Results as accident or malice makes them, and class names that mean to be read as something else: what is read is whole
// or refused, what is written reads back as the very names.

import { expect, test } from 'vitest';
import { damagedJson, damagedText, fuzz } from '../../e2e/fixtures/fuzz.ts';
import { cohortCsv, parseCohort, queryCohort } from './cohort.ts';
import { exportCsv } from './export-csv.ts';
import { exportGeoJson } from './export-geojson.ts';
import { exportJson } from './export-json.ts';
import { madeResult } from './made-result.fixture.ts';
import { parseResultJson } from './parse-json.ts';

test('results', async () => {
  const sound = await (await exportJson(madeResult())).text();
  const document: unknown = JSON.parse(sound);
  const outcomes = await fuzz({
    what: 'result files',
    cases: 1500,
    codes: ['damaged'],
    attempt(dice) {
      const text = dice.below(3) === 0 ? damagedText(dice, sound) : damagedJson(dice, document);
      const { columns, rows, cellSize, region, status, entropy, classNames, probabilities } = parseResultJson(text);
      expect(status).toHaveLength(columns * rows);
      expect(entropy).toHaveLength(columns * rows);
      expect(probabilities).toHaveLength(columns * rows * classNames.length);
      for (const size of [cellSize, region.width, region.height]) expect(size > 0 && size < Infinity).toBe(true);
    },
  });
  expect(outcomes.get('damaged')).toBeGreaterThan(500);
});

test('class names, in every export', async () => {
  await fuzz({
    what: 'class names in exports',
    cases: 200,
    codes: [],
    async attempt(dice) {
      const classNames = [damagedText(dice, 'fat'), `${damagedText(dice, 'tumour')}.`];
      const result = { ...madeResult(), classNames };
      const geo = JSON.parse(await (await exportGeoJson(result, [])).text());
      for (const { properties } of geo.features) {
        expect(classNames).toContain(properties.classification.name);
        for (const name of classNames) expect(Object.keys(properties.measurements)).toContain(`prob_${name}`);
      }
      // JSON and CSV keep what UTF-8 can: a lone half of a character is none.
      const kept = classNames.map((name) => name.replace(/\p{Surrogate}/gu, '\ufffd'));
      expect(parseResultJson(await (await exportJson(result)).text()).classNames).toEqual(classNames);
      const lines = (await (await exportCsv(result)).text()).replace(/^#.*\n/gm, '');
      for (const name of kept) expect(lines).toContain(`prob_${name}`.replaceAll('"', '""'));
      expect(lines).not.toMatch(/^[=+@-]/);
    },
  });
});

const cohort = {
  format: 'concentric-cohort',
  version: 1,
  model: { id: 'a', title: 'A', version: '1', sha256: '0' },
  classNames: ['fat', 'tumour'],
  classColors: ['#aabbcc', '#112233'],
  slides: [
    {
      id: 'a',
      name: 'a.svs',
      source: '/data/a.svs',
      status: 'done',
      results: { json: 'a/results.json' },
      tissueMm2: 3,
      areaMm2: { fat: 1, tumour: 2 },
      shares: { fat: 0.3, tumour: 0.7 },
      unreadShare: 0,
    },
  ],
};

test('cohorts', async () => {
  await fuzz({
    what: 'cohort files',
    cases: 700,
    codes: ['damaged'],
    attempt(dice) {
      const parsed = parseCohort(damagedJson(dice, cohort));
      const rows = queryCohort(parsed.slides, { column: 'class:fat', descending: true, text: '', status: null });
      expect(rows).toHaveLength(parsed.slides.length);
      expect(cohortCsv(parsed, rows)).toMatch(/^# /);
    },
  });
});
