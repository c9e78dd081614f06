// The main job in an unchanged Firefox, which computes with WebAssembly: a slide, a click, a run, layers, exports, a file
// from the own computer. Playwright drives only a Firefox of its own, so this one is driven by WebDriver BiDi.

import { expect, test } from '@playwright/test';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import type { ExportFormat } from '../src/state/concentric.ts';
import { findFirefox } from './find-firefox.ts';
import { dataFile, hasData, missingData } from './fixtures/data.ts';
import { readPhantomTruth } from './fixtures/phantom-truth.ts';
import { pick, seeded } from './fixtures/seeded.ts';

const firefox = findFirefox();
test.skip(firefox === null, 'There is no Firefox here: install firefox-esr, or name one with FIREFOX_PATH.');

// One journey in one window, step by step.
test.describe.configure({ mode: 'serial', timeout: 120_000 });

let browser: Browser;
let page: Page;
const wrong: string[] = [];
const asked: string[] = [];

test.beforeAll(async ({ baseURL }) => {
  browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: firefox ?? '',
    defaultViewport: { width: 1280, height: 800 },
  });
  page = await browser.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(message.text());
  });
  page.on('pageerror', (error) => wrong.push(String(error)));
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(`${baseURL}?x=3000&y=3000&mag=10`);
  // The page's own policy forbids the evaluation that waitForFunction does.
  await expect.poll(() => page.evaluate(() => window.concentric !== undefined)).toBe(true);
  await page.evaluate(() => window.concentric.ready);
});

test.afterAll(() => browser?.close());

test('WebAssembly on all cores, whose answers pass the golden test', async () => {
  expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(true);
  for (const id of ['phantom', 'glas-colon', 'her2st-breast']) {
    const info = await page.evaluate((model) => window.concentric.loadModel(model, { backend: 'wasm' }), id);
    expect(info.selfTest.maxAbsDiff).toBeLessThanOrEqual(info.selfTest.tolerance);
  }
  expect((await page.evaluate(() => window.concentric.loadModel('phantom'))).backend).toBe('wasm');
});

test('clicks give the right classes', async () => {
  const truth = readPhantomTruth('public/slides/phantom');
  const random = seeded(5);
  let right = 0;
  for (const name of truth.classNames) {
    for (const point of pick(truth.pureSpots(name, 128), 3, random)) {
      const { classNames, probabilities } = await page.evaluate((at) => window.concentric.classify(at), point);
      if (classNames[probabilities.indexOf(Math.max(...probabilities))] === name) right++;
    }
  }
  expect(right).toBeGreaterThanOrEqual(16);
  const slide = await page.locator('::-p-aria([name="Slide"][role="application"])').waitHandle();
  const box = await slide.boundingBox();
  await page.mouse.click((box?.x ?? 0) + 400, (box?.y ?? 0) + 300);
  await page.locator('::-p-aria([name="Class probabilities"][role="table"])').wait();
});

test('a run, its layer and its exports', async () => {
  const run = await page.evaluate(async () => {
    const region = { x: 2500, y: 2500, width: 768, height: 768 };
    const result = await window.concentric.analyse({ region }).done;
    window.concentric.setLayer('classes');
    return { state: result.state, status: [...result.status], backend: result.provenance.backend };
  });
  expect([run.state, run.backend]).toEqual(['complete', 'wasm']);
  expect(run.status.filter((status) => status === 1).length).toBeGreaterThan(100);
  await page.locator('::-p-aria([name="Legend"][role="region"])').wait();
  const exported = (format: ExportFormat) =>
    page.evaluate(async (wanted) => (await window.concentric.exportResults(wanted)).text(), format);
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
  await page.locator('::-p-aria([name="Open slide…"][role="button"])').click();
  const input = await page.locator('dialog[open] input[type="file"]').waitHandle();
  await (input as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(
    dataFile('slides/CMU-1-Small-Region.svs'),
  );
  await expect.poll(() => page.evaluate(() => window.concentric.slide()?.format)).toBe('Aperio SVS');
  const answer = await page.evaluate(() => window.concentric.classify({ x: 1000, y: 1000 }));
  expect(answer.probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
});

test('nothing went wrong on the way, and nobody else was asked', ({ baseURL }) => {
  expect(wrong).toEqual([]);
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((url) => !url.startsWith(baseURL ?? '') && !/^(blob|data):/.test(url))).toEqual([]);
});
