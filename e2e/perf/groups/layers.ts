// How soon a change of how layers are drawn is on screen: from the user's press to the frame that shows it, over a whole
// analysed section. Nothing may be computed or read for it.

import type { Locator } from '@playwright/test';
import type { AppPage } from '../../app-page.ts';
import type { Bench } from '../bench.ts';
import { type Group, wantsData } from './group.ts';

const rounds = 5;

interface Change {
  readonly layer: string;
  /** The control's name. */
  readonly name: string;
  readonly control: (app: AppPage) => Locator;
  /** What is entered, round after round; null = it is pressed. */
  readonly values: readonly (string | null)[];
}

const changes: readonly Change[] = [
  { layer: 'classes', name: 'opacity', control: labelled('Layer opacity'), values: ['0.5', '0.6'] },
  { layer: 'classes', name: 'threshold', control: labelled('Show values above'), values: ['0.5', '0.4'] },
  { layer: 'classes', name: 'colour', control: labelled(/^Colour of/), values: ['#112233', '#445566'] },
  {
    layer: 'classes',
    name: 'hidden class',
    control: ({ page }) => page.getByLabel(/^Show [A-Z]\w+ \w+$/),
    values: [null],
  },
  { layer: 'classes', name: 'smooth', control: radio('Smooth'), values: [null] },
  { layer: 'classes', name: 'cells', control: radio('Cells'), values: [null] },
  { layer: 'entropy', name: 'colour map', control: labelled('Colour map'), values: ['viridis', 'magma'] },
  { layer: 'entropy', name: 'fitted range', control: radio('Fit to values'), values: [null] },
  { layer: 'entropy', name: 'fixed range', control: radio('Fixed range'), values: [null] },
  { layer: 'classes', name: 'layer', control: labelled('Layer'), values: ['entropy', 'classes'] },
];

function labelled(label: string | RegExp): Change['control'] {
  return ({ page }) => page.getByLabel(label, { exact: true }).first();
}

function radio(name: string): Change['control'] {
  return ({ page }) => page.getByRole('radio', { name, exact: true });
}

/** ms from the press until the frame after it is handed on. */
function changeMs(control: Locator, value: string | null): Promise<number> {
  return control.first().evaluate(
    (element, wanted) =>
      new Promise<number>((resolve) => {
        const start = performance.now();
        if (wanted === null) (element as HTMLElement).click();
        else {
          const { prototype } = element instanceof HTMLSelectElement ? HTMLSelectElement : HTMLInputElement;
          // React would not notice a value that is set on the element itself.
          Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(element, wanted);
          element.dispatchEvent(new Event('input', { bubbles: true }));
          element.dispatchEvent(new Event('change', { bubbles: true }));
        }
        // Called after the viewer's own, which was asked for during the press: both belong to one frame.
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => resolve(performance.now() - start);
          port2.postMessage(null);
        });
      }),
    value,
  );
}

export const layers: Group = {
  metrics: ['layer_change_ms'],
  obstacle: wantsData,
  async measure(bench: Bench) {
    const app = await bench.breastApp(await bench.browser());
    await app.page.evaluate(() => window.concentric.analyse().done.then(() => undefined));
    const work = async () => {
      const { multiplyAdds, tilesDecoded } = await app.stats();
      return `${multiplyAdds} multiply-adds, ${tilesDecoded} tiles`;
    };
    const before = await work();
    const slowest: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const times: Record<string, number> = {};
      for (const { layer, name, control, values } of changes) {
        await app.setLayer(layer);
        times[name] = await changeMs(control(app), values[round % values.length] ?? null);
      }
      slowest.push(Math.max(...Object.values(times)));
      const texts = Object.entries(times).map(([name, ms]) => `${name} ${ms.toFixed(1)}`);
      console.log(`  ${texts.join(', ')} ms`);
    }
    const after = await work();
    if (after !== before) throw new Error(`Drawing layers otherwise took work: ${before}, then ${after}.`);
    return { layer_change_ms: slowest };
  },
};
