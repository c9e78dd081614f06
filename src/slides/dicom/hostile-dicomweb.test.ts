// DICOM web services as accident or malice makes them: what they say of a slide makes sense or is refused, what they send
// for a frame is one of its size or none, and nothing is asked for outside the series that was meant.

import { afterEach, expect, test, vi } from 'vitest';
import { type Dice, damagedBytes, damagedJson, damagedText, fuzz } from '../../../e2e/fixtures/fuzz.ts';
import { openSlide } from '../registry.ts';
import { expectSense, opening, readEnds } from '../sense.fixture.ts';
import { type MadeImage, madeFrames, madeMetadata } from './dicom.fixture.ts';

afterEach(() => void vi.unstubAllGlobals());

const study = 'https://slides.example.org/dicom-web/studies/1.2.3';
const series = `${study}/series/1.2.3.4`;
const fine: MadeImage = { width: 70, height: 45, tilePx: 32, spacingMm: [0.00025, 0.00026], series: '1.2.3.4' };
const coarse: MadeImage = { ...fine, width: 35, height: 23, spacingMm: [0.0005, 0.00052], sparse: [0, 1] };
const metadata = [fine, coarse].map(madeMetadata);
const found = [{ '0020000E': { vr: 'UI', Value: ['1.2.3.4'] }, '00080060': { vr: 'CS', Value: ['SM'] } }];
const [frame = new Uint8Array()] = madeFrames(fine);
const multipart = new Uint8Array(
  Buffer.concat([
    Buffer.from(`--b\r\nContent-Type: application/octet-stream\r\nContent-Length: ${frame.length}\r\n\r\n`),
    frame,
    Buffer.from('\r\n--b--\r\n'),
  ]),
);
const multipartType = 'multipart/related; type="application/octet-stream"; boundary=b';

/** Answers for the study with one of its answers damaged; the list of what was asked for. */
function serveDamaged(dice: Dice | null): string[] {
  const asked: string[] = [];
  const harmed = dice?.of(['found', 'metadata', 'metadata', 'frame', 'type'] as const);
  const json = (name: typeof harmed, sound: unknown) =>
    dice !== null && name === harmed ? damagedJson(dice, sound) : JSON.stringify(sound);
  vi.stubGlobal('fetch', async (address: string) => {
    asked.push(address);
    const { pathname } = new URL(address);
    if (pathname.endsWith('/series')) return new Response(json('found', found));
    if (pathname.endsWith('/metadata')) return new Response(json('metadata', metadata));
    if (!pathname.includes('/frames/')) return new Response(null, { status: 404 });
    const type = dice !== null && harmed === 'type' ? damagedText(dice, multipartType) : multipartType;
    return new Response(dice !== null && harmed === 'frame' ? damagedBytes(dice, multipart) : multipart, {
      // What no header can hold is not sent.
      headers: { 'Content-Type': type.replace(/[^\x20-\x7e]/g, '').slice(0, 8000) },
    });
  });
  return asked;
}

const open = (url: string) =>
  openSlide({ kind: 'url', url }, new AbortController().signal, { tries: 1, firstPauseMs: 0, random: () => 0 });

test('a sound service gives the slide', async () => {
  serveDamaged(null);
  const source = await open(study);
  expectSense(source);
  expect(source.description).toMatchObject({ width: 70, height: 45, mppX: 0.25, mppY: 0.26 });
  expect(await readEnds(source)).toBe(4);
});

test('a series by a name that leads elsewhere is none', async () => {
  for (const uid of ['../../../secret', '..', '?x', '#', '@elsewhere.example', '1.2/../..']) {
    const asked: string[] = [];
    vi.stubGlobal('fetch', async (address: string) => {
      asked.push(address);
      return new Response(JSON.stringify([{ '0020000E': { vr: 'UI', Value: [uid] } }]));
    });
    await expect(open(study), uid).rejects.toMatchObject({ code: 'not-a-slide' });
    expect(asked, uid).toEqual([`${study}/series?Modality=SM`]);
  }
});

test('DICOM web services', async () => {
  await fuzz({
    what: 'answers of DICOM web services',
    cases: 1200,
    codes: [...opening, 'network'],
    async attempt(dice) {
      const asked = serveDamaged(dice);
      try {
        const source = await open(dice.below(3) === 0 ? study : series);
        expectSense(source);
        await readEnds(source);
        source.close();
      } finally {
        for (const address of asked) expect(`${address}/`).toMatch(/^https:.*\/studies\/1\.2\.3\/series[?/]/);
      }
    },
  });
});
