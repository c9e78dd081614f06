// Results as files. The formats are pure (results/); the picture is what is on screen, with legend and scale bar.

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
import { baseName, saveFile } from './save-file.ts';
import type { ShownLayer } from './shown-layer.ts';
import type { Slides } from './slides.ts';

export interface Exports {
  /** @throws Failure `bad-argument` when there is no result yet, or no such format. */
  toBlob(format: ExportFormat): Promise<Blob>;
  /** The same, into the user's downloads. */
  download(format: ExportFormat): Promise<void>;
}

const formats: readonly ExportFormat[] = ['geojson', 'csv', 'png', 'json'];

export function createExports(
  context: AppContext,
  slides: Slides,
  models: Models,
  runs: Runs,
  shownLayer: Pick<ShownLayer, 'classColours'>,
): Exports {
  const { store, viewer } = context;

  const picture = async (): Promise<Blob> => {
    const result = runs.results();
    const model = models.loaded();
    const shown = viewer.viewer;
    if (result === null || model === null) throw nothingYet();
    if (shown === null) throw new Failure('bad-argument', 'The slide is not on screen, so there is no picture of it.');
    const { name, visible, style } = store.getState().layer;
    const layer = parseLayer(visible ? name : 'none');
    const legend = layer === null ? null : legendOf(layer, result, model.classColors, style);
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
      return exportGeoJson(result, shownLayer.classColours());
    },
    async download(format) {
      const name = baseName(slides.current()?.info.name ?? 'slide');
      saveFile(await exports.toBlob(format), `${name}-${models.loaded()?.id ?? 'model'}.${format}`);
    },
  };
  return exports;
}

function nothingYet(): Failure {
  return new Failure('bad-argument', 'There is nothing to export yet. Run an analysis first, or wait until it ends.');
}
