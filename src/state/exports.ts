// Results as files. The formats are pure (results/); the picture is what is on screen, with legend and scale bar.

import { formatHex } from '../layers/colour.ts';
import { classColours } from '../layers/colour-map.ts';
import { parseLayer } from '../layers/layer-name.ts';
import { legendOf } from '../layers/legend.ts';
import { Failure } from '../lib/failure.ts';
import { exportCsv } from '../results/export-csv.ts';
import { exportGeoJson } from '../results/export-geojson.ts';
import { exportJson } from '../results/export-json.ts';
import { withPngText } from '../results/png-text.ts';
import type { AppContext } from './app-context.ts';
import type { ExportFormat } from './concentric.ts';
import type { Models } from './models.ts';
import { drawPicture } from './picture.ts';
import type { Runs } from './runs.ts';
import type { Slides } from './slides.ts';

export interface Exports {
  /** @throws Failure `bad-argument` when there is no result yet, or no such format. */
  toBlob(format: ExportFormat): Promise<Blob>;
  /** The same, into the user's downloads. */
  download(format: ExportFormat): Promise<void>;
}

const formats: readonly ExportFormat[] = ['geojson', 'csv', 'png', 'json'];

export function createExports(context: AppContext, slides: Slides, models: Models, runs: Runs): Exports {
  const { store, viewer } = context;

  const picture = async (): Promise<Blob> => {
    const result = runs.results();
    const model = models.loaded();
    const shown = viewer.viewer;
    if (result === null || model === null) throw nothingYet();
    if (shown === null) throw new Failure('bad-argument', 'The slide is not on screen, so there is no picture of it.');
    const { name, visible } = store.getState().layer;
    const layer = parseLayer(visible ? name : 'none');
    const legend = layer === null ? null : legendOf(layer, result, model.classColors);
    const micronsPerPx = (shown.micronsAcross() ?? Number.NaN) / window.devicePixelRatio;
    const canvas = drawPicture(await shown.snapshot(), legend, micronsPerPx);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (blob === null) throw new Failure('out-of-memory', 'The picture could not be made. Make the window smaller.');
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const text = JSON.stringify(result.provenance);
    return new Blob([withPngText(bytes, 'provenance', text)], { type: 'image/png' });
  };

  const exports: Exports = {
    async toBlob(format) {
      if (!formats.includes(format)) {
        throw new Failure('bad-argument', `There is no export format "${String(format)}". Use ${formats.join(', ')}.`);
      }
      if (format === 'png') return picture();
      const result = runs.results();
      const model = models.loaded();
      if (result === null || model === null) throw nothingYet();
      if (format === 'csv') return exportCsv(result);
      if (format === 'json') return exportJson(result);
      // The legend's colours, also for a model that names none.
      const colours = classColours(model.classNames.length, model.classColors).map(formatHex);
      return exportGeoJson(result, colours);
    },
    async download(format) {
      const blob = await exports.toBlob(format);
      const link = document.createElement('a');
      link.href = URL.createObjectURL(blob);
      link.download = `${baseName(slides.current()?.info.name ?? 'slide')}-${models.loaded()?.id ?? 'model'}.${format}`;
      link.click();
      // The browser has taken the blob once the click's task is over.
      setTimeout(() => URL.revokeObjectURL(link.href), 0);
    },
  };
  return exports;
}

function nothingYet(): Failure {
  return new Failure('bad-argument', 'There is nothing to export yet. Run an analysis first, or wait until it ends.');
}

function baseName(name: string): string {
  return name.replace(/\.[^.]*$/, '').replaceAll(/[^\w.-]+/g, '-');
}
