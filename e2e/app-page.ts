// The app as a user finds it: by roles and labels. Journeys speak through this page object; numbers that no screen shows
// are asked of `window.concentric`, the documented scripting interface.

import { expect, type Locator, type Page } from '@playwright/test';
import type { Classification } from '../src/inference/inference.contract.ts';
import type { ModelInfo } from '../src/model/model-info.ts';
import type { Point, Rect } from '../src/pyramid/geometry.ts';
import type { SlideInfo } from '../src/slides/slide-source.ts';
import type { Concentric, ExportFormat, Stats } from '../src/state/concentric.ts';
import type { ViewPosition } from '../src/viewer/view-position.ts';

declare global {
  interface Window {
    concentric: Concentric;
  }
}

/** A result as it crosses from the page: typed arrays become plain ones. */
export interface PlainResult {
  readonly region: Rect;
  readonly cellSize: number;
  readonly columns: number;
  readonly rows: number;
  readonly classNames: readonly string[];
  readonly status: readonly number[];
  readonly probabilities: readonly number[];
  readonly entropy: readonly number[];
  readonly state: 'complete' | 'cancelled';
}

/** What a rejected call said. */
export interface Refusal {
  readonly code: string | undefined;
  readonly message: string;
}

export class AppPage {
  readonly page: Page;
  readonly consoleErrors: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.consoleErrors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') this.consoleErrors.push(message.text());
    });
  }

  /** Opens the page and waits until the first slide, the model and the panels are there. */
  async open(query = '', at = '/'): Promise<void> {
    await this.page.goto(`${at}${query}`);
    await this.page.waitForFunction(() => window.concentric !== undefined);
    await this.page.evaluate(() => window.concentric.ready);
    // What is loaded after the first picture has its place.
    await expect(this.page.locator('.side-panel > *').first()).toBeAttached();
  }

  /** The slide's canvas, which has the keyboard. */
  get slide(): Locator {
    return this.page.getByRole('application', { name: 'Slide', exact: true });
  }

  openSlide(from: string, mpp?: number): Promise<SlideInfo> {
    return this.page.evaluate(({ from, mpp }) => window.concentric.openSlide(from, mpp === undefined ? {} : { mpp }), {
      from,
      mpp,
    });
  }

  /** Opens local files through the file picker, as a user does. */
  async openFiles(files: Parameters<Locator['setInputFiles']>[0]): Promise<void> {
    await this.page.getByRole('button', { name: 'Open slide' }).click();
    await this.page.getByRole('dialog').getByLabel('Choose files…').setInputFiles(files);
  }

  /** Drops files or folders on the slide, as from the system's file manager. */
  async drop(paths: string[]): Promise<void> {
    const devTools = await this.page.context().newCDPSession(this.page);
    const data = { items: [], files: paths, dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await devTools.send('Input.dispatchDragEvent', { type, x: 400, y: 400, data });
    }
    await devTools.detach();
  }

  loadModel(id: string, backend?: ModelInfo['backend']): Promise<ModelInfo> {
    return this.page.evaluate(
      ({ id, backend }) => window.concentric.loadModel(id, backend === undefined ? {} : { backend }),
      { id, backend },
    );
  }

  classify(at: Point): Promise<Classification> {
    return this.page.evaluate((point) => window.concentric.classify(point), at);
  }

  /** Runs and waits for the end. */
  analyse(options: { region?: Rect; mode?: 'shared' | 'exact'; step?: 'half' | 'full' } = {}): Promise<PlainResult> {
    return this.page.evaluate(async (wanted) => {
      const result = await window.concentric.analyse(wanted).done;
      const { region, cellSize, columns, rows, classNames, state } = result;
      return {
        region,
        cellSize,
        columns,
        rows,
        classNames,
        state,
        status: [...result.status],
        probabilities: [...result.probabilities],
        entropy: [...result.entropy],
      };
    }, options);
  }

  setView(view: ViewPosition): Promise<void> {
    return this.page.evaluate((wanted) => window.concentric.setView(wanted), view);
  }

  setLayer(name: string): Promise<void> {
    return this.page.evaluate((layer) => window.concentric.setLayer(layer), name);
  }

  stats(): Promise<Stats> {
    return this.page.evaluate(() => window.concentric.stats());
  }

  exportText(format: ExportFormat): Promise<string> {
    return this.page.evaluate(async (wanted) => (await window.concentric.exportResults(wanted)).text(), format);
  }

  async exportBytes(format: ExportFormat): Promise<Uint8Array> {
    const bytes = await this.page.evaluate(
      async (wanted) => [...new Uint8Array(await (await window.concentric.exportResults(wanted)).arrayBuffer())],
      format,
    );
    return Uint8Array.from(bytes);
  }

  /** Makes a call that should be refused, and answers what it said; null when it was not refused. */
  refusalOf(call: 'openSlide' | 'loadModel', argument: string): Promise<Refusal | null> {
    return this.page.evaluate(
      ({ call, argument }) =>
        window.concentric[call](argument).then(
          () => null,
          (error: Error & { code?: string }) => ({ code: error.code, message: error.message }),
        ),
      { call, argument },
    );
  }

  /** Waits until every tile of the view is drawn and the screen has stopped changing; of the second view too, if any. */
  async settle(): Promise<void> {
    let before = '';
    await expect
      .poll(
        async () => {
          const loading = await this.page.locator('[role=application]:not([data-tiles=drawn])[data-tiles]').count();
          const isDrawn = (await this.slide.getAttribute('data-tiles')) === 'drawn' && loading === 0;
          const now = (await this.slide.screenshot()).toString('base64');
          const isStill = isDrawn && now === before;
          before = isDrawn ? now : '';
          return isStill;
        },
        { intervals: [200], timeout: 90_000 },
      )
      .toBe(true);
  }
}
