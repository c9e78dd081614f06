// The main job in an unchanged Firefox, which computes with WebAssembly: a slide, a click, a run, layers, exports, a file
// from the own computer. Playwright drives only a Firefox of its own, so this one is driven by Marionette.

import { resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import type { ExportFormat } from '../src/state/concentric.ts';
import { findFirefox } from './find-firefox.ts';
import { dataFile, hasData, missingData } from './fixtures/data.ts';
import { Firefox } from './fixtures/marionette.ts';
import { readPhantomTruth } from './fixtures/phantom-truth.ts';
import { pick, seeded } from './fixtures/seeded.ts';

const program = findFirefox();
test.skip(program === null, 'There is no Firefox here: install firefox-esr, or name one with FIREFOX_PATH.');

// One journey in one window, step by step.
test.describe.configure({ mode: 'serial', timeout: 120_000 });

let firefox: Firefox;

/** In the browser itself: remembers each request that a page or a worker of ours makes, whoever it goes to. */
const watchRequests = (own: string) => `
  window.concentricAsked = [];
  Services.obs.addObserver((subject) => {
    const channel = subject.QueryInterface(Ci.nsIHttpChannel);
    const principal = channel.loadInfo.triggeringPrincipal;
    if (principal?.originNoSuffix === '${own}') window.concentricAsked.push(channel.URI.spec);
  }, 'http-on-modify-request');`;
const askedFor = 'return window.concentricAsked;';
/** Errors of scripts of ours, and of the content security policy. */
const errorsOf = (own: string) => `
  return Services.console.getMessageArray()
    .filter((one) => one instanceof Ci.nsIScriptError && !(one.flags & Ci.nsIScriptError.warningFlag))
    .filter((one) => one.sourceName.startsWith('${own}') || one.sourceName.startsWith('blob:${own}'))
    .map((one) => one.errorMessage);`;

test.beforeAll(async ({ baseURL }) => {
  firefox = await Firefox.start(program ?? '', 90_000);
  await firefox.inBrowser(watchRequests(new URL(baseURL ?? '').origin));
  await firefox.open(`${baseURL}?x=3000&y=3000&mag=10`);
  await expect.poll(() => firefox.run(() => window.concentric !== undefined)).toBe(true);
  await firefox.run(() => window.concentric.ready);
});

test.afterAll(() => firefox?.close());

test('WebAssembly on all cores, whose answers pass the golden test', async () => {
  expect(await firefox.run(() => window.crossOriginIsolated)).toBe(true);
  for (const id of ['phantom', 'glas-colon', 'her2st-breast']) {
    const info = await firefox.run((model) => window.concentric.loadModel(model, { backend: 'wasm' }), id);
    expect(info.selfTest.maxAbsDiff).toBeLessThanOrEqual(info.selfTest.tolerance);
  }
  expect((await firefox.run(() => window.concentric.loadModel('phantom'))).backend).toBe('wasm');
});

test('clicks give the right classes', async () => {
  const truth = readPhantomTruth('public/slides/phantom');
  const random = seeded(5);
  let right = 0;
  for (const name of truth.classNames) {
    for (const point of pick(truth.pureSpots(name, 128), 3, random)) {
      const { classNames, probabilities } = await firefox.run((at) => window.concentric.classify(at), point);
      if (classNames[probabilities.indexOf(Math.max(...probabilities))] === name) right++;
    }
  }
  expect(right).toBeGreaterThanOrEqual(16);
  await firefox.press('[role="application"][aria-label="Slide"]');
  await firefox.shown('table.class-bars');
});

test('a run, its layer and its exports', async () => {
  const run = await firefox.run(async () => {
    const region = { x: 2500, y: 2500, width: 768, height: 768 };
    const result = await window.concentric.analyse({ region }).done;
    window.concentric.setLayer('classes');
    return { state: result.state, status: [...result.status], backend: result.provenance.backend };
  });
  expect([run.state, run.backend]).toEqual(['complete', 'wasm']);
  expect(run.status.filter((status) => status === 1).length).toBeGreaterThan(100);
  await firefox.shown('section[aria-label="Legend"]');
  const exported = (format: ExportFormat) =>
    firefox.run(async (wanted) => (await window.concentric.exportResults(wanted)).text(), format);
  const done = run.status.filter((status) => status === 1).length;
  expect(JSON.parse(await exported('geojson')).features).toHaveLength(done);
  expect(
    (await exported('csv'))
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('#')),
  ).toHaveLength(done + 1);
  expect((await exported('png')).length).toBeGreaterThan(1000);
});

test('a file from the own computer', async () => {
  test.skip(!hasData, missingData);
  await firefox.run(() => {
    const buttons = [...document.querySelectorAll('button')];
    buttons.find(({ textContent }) => textContent?.trim() === 'Open slide…')?.click();
  });
  await firefox.shown('dialog[open] input[type="file"]');
  await firefox.type('dialog[open] input[type="file"]', resolve(dataFile('slides/CMU-1-Small-Region.svs')));
  await expect.poll(() => firefox.run(() => window.concentric.slide()?.format)).toBe('Aperio SVS');
  const answer = await firefox.run(() => window.concentric.classify({ x: 1000, y: 1000 }));
  expect(answer.probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
});

test('nothing went wrong on the way, and nobody else was asked', async ({ baseURL }) => {
  const { origin } = new URL(baseURL ?? '');
  expect(await firefox.inBrowser(errorsOf(origin))).toEqual([]);
  const asked = (await firefox.inBrowser(askedFor)) as string[];
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((url) => !url.startsWith(`${origin}/`))).toEqual([]);
});
