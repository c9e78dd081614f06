// Labels may show a name. Whatever is done with a slide, the pixels of its label are not read before somebody asks to see
// it, and even then they are on the screen alone: in no export, no thumbnail, nothing that the browser keeps.

import { expect, type Page, test } from '@playwright/test';
import { decode } from 'fast-png';
import { AppPage } from './app-page.ts';
import { LABEL_COLOUR, type LabelledSlide, labelledDicom, labelledSvs } from './fixtures/label-slides.ts';
import { startTestServer } from './fixtures/servers.ts';
import { beforeWorker } from './fixtures/worker-prelude.ts';

/** A part of a file that was read; `end` is not part of it. */
interface PartRead {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Notes in the worker that reads slides which parts of files are read. */
const watchFiles = `{
  globalThis.partsRead = [];
  const note = (blob, start, end) => {
    if (blob instanceof File) globalThis.partsRead.push({ name: blob.name, start, end });
  };
  const { slice, arrayBuffer, stream } = Blob.prototype;
  Blob.prototype.slice = function (start = 0, end = this.size, ...more) {
    note(this, start, Math.min(end, this.size));
    return slice.call(this, start, end, ...more);
  };
  Blob.prototype.arrayBuffer = function () { note(this, 0, this.size); return arrayBuffer.call(this); };
  Blob.prototype.stream = function () { note(this, 0, this.size); return stream.call(this); };
}`;

function filePartsRead(page: Page): Promise<PartRead[]> {
  // Threads that wait for work answer nobody; the worker that reads slides does.
  return Promise.any(
    page.workers().map(async (worker) => {
      const parts = await worker.evaluate(() =>
        self.name === 'pixels' ? (self as unknown as { partsRead: PartRead[] }).partsRead : null,
      );
      return parts ?? Promise.reject(new Error('It is another one.'));
    }),
  );
}

function labelPixels(png: Uint8Array): number {
  const { data, channels } = decode(png);
  let count = 0;
  for (let at = 0; at < data.length; at += channels)
    if (LABEL_COLOUR.every((value, channel) => data[at + channel] === value)) count++;
  return count;
}

/** Pixels of the label's colour in all that the browser keeps of slides and work. */
function labelPixelsKept(page: Page): Promise<{ readonly looked: number; readonly found: number }> {
  return page.evaluate(async ([red, green, blue]) => {
    let looked = 0;
    let found = 0;
    const countIn = (bytes: Uint8Array | Uint8ClampedArray) => {
      looked++;
      // A picture's pixels lie at any place, with or without opacity.
      for (let at = 0; at + 8 <= bytes.length; at++) {
        const isHere = (next: number) => bytes[next] === red && bytes[next + 1] === green && bytes[next + 2] === blue;
        if (isHere(at) && (isHere(at + 3) || isHere(at + 4))) found++;
      }
    };
    const look = async (value: unknown): Promise<void> => {
      if (value instanceof Blob) {
        countIn(new Uint8Array(await value.arrayBuffer()));
        const picture = await createImageBitmap(value).catch(() => null);
        if (picture === null) return;
        const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
        context?.drawImage(picture, 0, 0);
        countIn(context?.getImageData(0, 0, picture.width, picture.height).data ?? new Uint8Array());
      } else if (value instanceof ImageData) countIn(value.data);
      else if (value instanceof ArrayBuffer) countIn(new Uint8Array(value));
      else if (ArrayBuffer.isView(value)) countIn(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
      else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) await look(one);
    };
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name));
      for (const store of database.objectStoreNames)
        await look(await done(database.transaction(store).objectStore(store).getAll()));
      database.close();
    }
    return { looked, found };
  }, LABEL_COLOUR);
}

/** Looks, asks, runs, and takes everything out that can be taken out; answers how much of the label was in it. */
async function useSlide(page: Page, app: AppPage): Promise<number> {
  await app.settle();
  await app.setView({ x: 512, y: 384, magnification: 20 });
  await app.slide.click({ position: { x: 300, y: 300 } });
  await expect(page.getByRole('region', { name: 'What the model was given' }).getByRole('img')).toHaveCount(3);
  await app.analyse({ region: { x: 256, y: 256, width: 256, height: 256 }, step: 'full' });
  for (const format of ['geojson', 'csv', 'json'] as const)
    expect(await app.exportText(format)).not.toContain('data:image');
  await app.settle();
  return labelPixels(await page.screenshot()) + labelPixels(await app.exportBytes('png'));
}

const openProperties = async (page: Page) => {
  const name = await page.evaluate(() => window.concentric.slide()?.name ?? '');
  await page.getByRole('banner').getByRole('button', { name }).click();
  return page.getByRole('dialog', { name: 'Slide properties' });
};

for (const [carrier, way] of [
  ['SVS', 'from disk'],
  ['SVS', 'by link'],
  ['DICOM', 'from disk'],
] as const) {
  test(`the label of ${carrier} ${way} is read only to be shown, and goes nowhere else`, async ({ page }) => {
    test.setTimeout(420_000);
    const slide: LabelledSlide = carrier === 'SVS' ? labelledSvs() : await labelledDicom();
    const server = await startTestServer({ files: new Map(slide.files.map(({ name, bytes }) => [name, bytes])) });
    const sent: string[] = [];
    page.context().on('request', (request) => {
      if (request.postDataBuffer() !== null) sent.push(request.url());
    });
    await beforeWorker(page, 'pixels', watchFiles);
    const app = new AppPage(page);
    await app.open();
    if (way === 'by link') await app.openSlide(`${server.url}/${slide.labelAt.name}`);
    else {
      await page.getByRole('button', { name: 'Open slide' }).click();
      await page
        .getByRole('dialog')
        .getByLabel('Choose files…')
        .setInputFiles(
          slide.files.map(({ name, bytes }) => ({ name, mimeType: '', buffer: Buffer.from(bytes.buffer) })),
        );
    }
    await expect.poll(() => page.evaluate(() => window.concentric.slide()?.width)).toBe(1024);
    /** Parts of files that were read and hold the middle of the label. */
    const labelReads = async () => {
      const parts =
        way === 'from disk'
          ? await filePartsRead(page)
          : server.requests.map(({ path, range }): PartRead => {
              const [, start = 0, last = Number.POSITIVE_INFINITY] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
              return { name: path, start: Number(start), end: Number(last) + 1 };
            });
      expect(parts.length).toBeGreaterThan(0);
      const { name, byte } = slide.labelAt;
      return parts.filter((part) => part.name === name && part.start <= byte && byte < part.end).length;
    };

    expect(await useSlide(page, app)).toBe(0);
    let properties = await openProperties(page);
    await expect(properties.getByRole('button', { name: 'Show label' })).toBeVisible();
    expect(labelPixels(await page.screenshot())).toBe(0);
    expect(await labelReads()).toBe(0);

    // Asked for, it is there: what is looked for above can be found.
    await properties.getByRole('button', { name: 'Show label' }).click();
    await expect(properties.getByRole('img', { name: 'label' })).toBeVisible();
    await expect.poll(async () => labelPixels(await page.screenshot())).toBeGreaterThan(1000);
    expect(await labelReads()).toBeGreaterThan(0);
    await page.keyboard.press('Escape');
    await expect(properties).toBeHidden();

    // And gone again: from the screen, from what is taken out, and from what is kept.
    expect(await useSlide(page, app)).toBe(0);
    properties = await openProperties(page);
    await expect(properties.getByRole('img')).toHaveCount(0);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Work', exact: true }).click();
    await expect(page.getByRole('table', { name: 'Kept work' })).toContainText('analysis by');
    const kept = await labelPixelsKept(page);
    expect(kept.looked).toBeGreaterThan(0);
    expect(kept.found).toBe(0);
    expect(sent).toEqual([]);
    expect(app.consoleErrors).toEqual([]);
    await server.close();
  });
}
