// Results as files. The formats are pure (results/); the picture is what is on screen, with legend and scale bar.

import { parseLayer } from '../../layers/layer-name.ts';
import { legendOf } from '../../layers/legend.ts';
import { Failure } from '../../lib/failure.ts';
import type { Rect } from '../../pyramid/geometry.ts';
import { requireMpp } from '../../pyramid/levels.ts';
import { doubtShares } from '../../results/doubt.ts';
import { exportCsv } from '../../results/export-csv.ts';
import { exportGeoJson } from '../../results/export-geojson.ts';
import { exportJson } from '../../results/export-json.ts';
import { withPngText } from '../../results/png-text.ts';
import type { SlideInfo } from '../../slides/slide-source.ts';
import type { AppContext } from '../app-context.ts';
import type { AppState, PictureWish, Report } from '../app-state.ts';
import type { ExportFormat } from '../concentric.ts';
import type { Models } from '../models.ts';
import type { Slides } from '../slides/slides.ts';
import { drawPicture, type LegendWords, type PictureLegend, unitOf } from './picture.ts';
import { drawArea } from './picture-of-area.ts';
import { pictureSize } from './picture-size.ts';
import type { Runs } from './runs.ts';
import { baseName, saveFile } from './save-file.ts';
import type { ShownLayer } from './shown-layer.ts';

export interface Exports {
  /** @throws Failure `busy` while a run goes on, `bad-argument` when there is no result, or no such format. */
  toBlob(format: ExportFormat): Promise<Blob>;
  /** The same, into the user's downloads. */
  download(format: ExportFormat): Promise<void>;
  /** A picture of a part of the slide, into the user's downloads. @throws Failure `bad-argument`, `mpp-unknown`. */
  savePicture(wish: PictureWish): Promise<void>;
  /** What the one-page report shows; the picture's URL is the receiver's to revoke. @throws Failure `bad-argument`. */
  makeReport(): Promise<Report>;
}

/** Sharp on a page of paper. */
const reportPicturePx = 1600;
/** The picture's place on such a page, CSS px: one side is filled. */
const reportPlacePx = { width: 340, height: 320 } as const;
const formats: readonly ExportFormat[] = ['geojson', 'csv', 'png', 'json'];

export function createExports(
  context: AppContext,
  slides: Slides,
  models: Models,
  runs: Runs,
  shownLayer: Pick<ShownLayer, 'classColours' | 'painter'>,
  legendWords: (layer: AppState['layer']) => Promise<LegendWords>,
): Exports {
  const { store, viewer } = context;

  /** Of the layer that is shown; null when none is. */
  const legend = async (): Promise<PictureLegend | null> => {
    const shown = store.getState().layer;
    const { name, visible, style } = shown;
    const layer = parseLayer(visible ? name : 'none');
    const cells = runs.results() ?? runs.view();
    const model = models.loaded();
    const data =
      layer === null || cells === null || model === null
        ? null
        : legendOf(layer, cells, model.classColors, style, runs.limits().familiarityThreshold);
    return data === null ? null : { data, words: await legendWords(shown) };
  };

  const picture = async (): Promise<Blob> => {
    const result = runs.results();
    const shown = viewer.viewer;
    if (result === null || models.loaded() === null) throw nothingYet(store.getState().run.status);
    if (shown === null)
      throw new Failure(
        'bad-argument',
        'The slide is not on screen, so there is no picture of it. Open the slide first.',
      );
    const micronsPerPx = (shown.micronsAcross() ?? Number.NaN) / window.devicePixelRatio;
    return pngOf(drawPicture(await shown.snapshot(), await legend(), micronsPerPx), result.provenance);
  };

  /** Any part of the slide at a chosen scale, with the layer, the regions and the legend. */
  const areaPicture = async (wish: PictureWish, isForReport = false): Promise<HTMLCanvasElement> => {
    const slide = slides.need();
    const { layer, regions } = store.getState();
    const { width, height } = pictureSize(slide.info, wish.rect, wish.micronsPerPx);
    const shrunk = Math.max(width / reportPlacePx.width, height / reportPlacePx.height);
    const unit = isForReport ? Math.max(1, Math.round(shrunk)) : unitOf(width);
    const over = { painter: shownLayer.painter(), opacity: layer.opacity, regions: regions.list, unit };
    const canvas = await drawArea(context, slide, wish, over);
    // The report has its own table of classes.
    const colours = await legend();
    const shown = isForReport && colours?.data.kind === 'classes' ? null : colours;
    return drawPicture(canvas, shown, wish.micronsPerPx, unit);
  };

  const exports: Exports = {
    async toBlob(format) {
      if (!formats.includes(format)) {
        throw new Failure('bad-argument', `There is no export format "${String(format)}". Use ${formats.join(', ')}.`);
      }
      if (format === 'png') return picture();
      const result = runs.results();
      const model = models.loaded();
      if (result === null || model === null) throw nothingYet(store.getState().run.status);
      if (format === 'csv') return exportCsv(result);
      if (format === 'json') return exportJson(result, runs.limits());
      // The legend's colours, also for a model that names none.
      return exportGeoJson(result, shownLayer.classColours());
    },
    async savePicture(wish) {
      const slide = slides.need();
      const { version } = context;
      const { name: slideName, mppX, mppY, mppSource } = slide.info;
      const about = runs.results()?.provenance ?? {
        app: `Concentric ${version}`,
        slide: { name: slideName, mppX, mppY, mppSource },
      };
      saveFile(await pngOf(await areaPicture(wish), about), `${baseName(slideName)}-picture.png`);
    },
    async makeReport() {
      const result = runs.results();
      const model = models.loaded();
      if (result === null || model === null) throw nothingYet(store.getState().run.status);
      const picture = await pngOf(
        await areaPicture(reportPicture(slides.need().info, result.region), true),
        result.provenance,
      );
      const { regions, history } = store.getState();
      return {
        pictureUrl: URL.createObjectURL(picture),
        provenance: result.provenance,
        state: result.state,
        areaMm2: result.areaMm2,
        doubt: doubtShares(result, runs.limits()),
        model,
        regions: regions.list.map(({ id, name, colour }) => ({
          id,
          name,
          colour,
          statistics: regions.statistics[id] ?? null,
        })),
        points: history.length,
        madeAt: Date.now(),
      };
    },
    async download(format) {
      const name = baseName(slides.current()?.info.name ?? 'slide');
      saveFile(await exports.toBlob(format), `${name}-${models.loaded()?.id ?? 'model'}.${format}`);
    },
  };
  return exports;
}

async function pngOf(canvas: HTMLCanvasElement, provenance: unknown): Promise<Blob> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Failure('out-of-memory', 'The picture could not be made. Choose a smaller one.');
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return new Blob([withPngText(bytes, 'provenance', JSON.stringify(provenance))], { type: 'image/png' });
}

/** The analysed area, as sharp as a page of paper needs it. */
function reportPicture(slide: Pick<SlideInfo, 'mppX' | 'mppY'>, rect: Rect): PictureWish {
  const { mppX, mppY } = requireMpp(slide);
  const longestMicrons = Math.max(rect.width * mppX, rect.height * mppY);
  return { rect, micronsPerPx: Math.max(mppX, mppY, longestMicrons / reportPicturePx) };
}

function nothingYet(run: AppState['run']['status']): Failure {
  return run === 'starting' || run === 'running' || run === 'paused'
    ? new Failure('busy', 'The run goes on, so its results are not whole. Wait until it ends, or cancel it.')
    : new Failure('bad-argument', 'There is nothing to export yet. Run an analysis first.');
}
