import { describe, expect, test } from 'vitest';
import { seeded } from '../../../e2e/fixtures/seeded.ts';
import { understated, zipOf } from '../../../e2e/fixtures/zip-writer.ts';
import { failureCodes, isFailure } from '../../lib/failure.ts';
import { openSlide } from '../registry.ts';

const signal = new AbortController().signal;
const dzi =
  '<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" Format="jpeg" Overlap="0" TileSize="256"><Size Width="300" Height="200"/></Image>';
const scanProperties = `<?xml version="1.0"?><image xmlns="http://www.pathozoom.com/szi" version="1.0"><properties>
  <property><name>MicronsPerPixelX</name><value>0.25</value></property>
  <property><name>MicronsPerPixelY</name><value>0.26</value></property></properties></image>`;
const tile = 'the tile’s bytes';
const usual = { 'a/a.dzi': dzi, 'a/scan-properties.xml': scanProperties, 'a/a_files/9/0_0.jpeg': tile };

const open = (bytes: Uint8Array<ArrayBuffer>) =>
  openSlide({ kind: 'files', files: [new File([bytes], 'a.szi')] }, signal);

describe('a Deep Zoom pyramid in a zip', () => {
  test.each([
    ['stored', { level: 0 }],
    ['deflated', { level: 6 }],
    ['zip64', { level: 0, zip64: true }],
    ['streamed, sizes after the data', { level: 6, dataDescriptor: true, bufferedWrite: false }],
  ])('%s', async (_name, options) => {
    const slide = await open(await zipOf(usual, options));
    expect(slide.description).toMatchObject({
      name: 'a.szi',
      format: 'Deep Zoom in a zip (SZI)',
      width: 300,
      mppX: 0.25,
      mppY: 0.26,
      mppSource: 'metadata',
    });
    const read = await slide.readTile({ level: 0, column: 0, row: 0 }, signal);
    expect(read.kind === 'encoded' && (await read.blob.text())).toBe(tile);
    expect(await slide.readTile({ level: 0, column: 1, row: 0 }, signal)).toEqual({ kind: 'missing' });
  });

  test('opening reads the directory and the descriptions, not the tiles', async () => {
    const tiles = Array.from({ length: 64 }, (_, k) => [`a/a_files/9/${k}_0.jpeg`, new Uint8Array(100_000)]);
    const bytes = await zipOf({ ...Object.fromEntries(tiles), ...usual });
    const slide = await open(bytes);
    expect(slide.bytesFetched).toBeLessThan(bytes.length / 4);
  });
});

describe('hostile archives', () => {
  test('a bomb: what a file unpacks to is limited by what it announces, and that by sense', async () => {
    const bomb = await zipOf({ ...usual, 'a/a_files/9/1_0.jpeg': new Uint8Array(80 << 20) }, { level: 9 });
    expect(bomb.length).toBeLessThan(1 << 20);
    const slide = await open(bomb);
    const reading = slide.readTile({ level: 0, column: 1, row: 0 }, signal);
    await expect(reading).rejects.toMatchObject({ code: 'unsupported-format' });
  });

  test('a bomb that announces too little', async () => {
    const honest = await zipOf({ ...usual, 'a/a_files/9/1_0.jpeg': new Uint8Array(30 << 20) }, { level: 9 });
    const slide = await open(understated(honest, 30 << 20, 1000));
    const reading = slide.readTile({ level: 0, column: 1, row: 0 }, signal);
    await expect(reading).rejects.toMatchObject({ code: 'damaged' });
  });

  test('an encrypted archive', async () => {
    const opening = open(await zipOf(usual, { level: 0, password: 'secret' }));
    await expect(opening).rejects.toMatchObject({ code: 'unsupported-format' });
  });

  test('an archive of something else', async () => {
    await expect(open(await zipOf({ 'letter.txt': 'Dear colleague' }))).rejects.toMatchObject({ code: 'not-a-slide' });
  });

  test('a description whose XML unfolds without end', async () => {
    const bomb = `<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]>${dzi}`;
    await expect(open(await zipOf({ 'a.dzi': bomb }))).rejects.toMatchObject({ code: 'not-a-slide' });
  });

  test('cut short', async () => {
    const whole = await zipOf(usual);
    for (const share of [0.1, 0.5, 0.9, 0.99]) {
      const cut = whole.slice(0, Math.floor(share * whole.length));
      await expect(open(cut)).rejects.toMatchObject({ code: 'damaged' });
    }
  });

  test('100 damaged archives end in a documented code, or in a slide whose tile does', async () => {
    const random = seeded(3);
    const whole = [await zipOf(usual), await zipOf(usual, { level: 6, zip64: true })];
    const codes = new Set<string>();
    for (let k = 0; k < 100; k++) {
      const bytes = (whole[k % 2] ?? new Uint8Array()).slice();
      for (let n = 0; n <= k % 6; n++)
        bytes[4 + Math.floor(random() * (bytes.length - 4))] = Math.floor(random() * 256);
      codes.add(await outcome(k % 5 === 0 ? bytes.slice(0, Math.floor(random() * bytes.length)) : bytes));
    }
    expect([...codes].filter((code) => code !== 'read' && !failureCodes.includes(code as never))).toEqual([]);
    expect(codes).toContain('damaged');
  });
});

/** Opens the archive and reads a tile: the code of the refusal, or "read". */
async function outcome(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  try {
    const slide = await open(bytes);
    await slide.readTile({ level: 0, column: 0, row: 0 }, signal);
    return 'read';
  } catch (error) {
    return isFailure(error) ? error.code : `no failure: ${String(error)}`;
  }
}
