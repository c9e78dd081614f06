// Questions about one point: its class, its crops, its similarity maps; and the click that asks all three at once.

import { cropField, cropRegion } from '../../crops/crop-field.ts';
import type { Classification, SimilarityMap, SlideForInference } from '../../inference/inference.contract.ts';
import { isAbort } from '../../lib/abort.ts';
import { Failure, isFailure } from '../../lib/failure.ts';
import { Latest } from '../../lib/latest.ts';
import type { ModelDetails } from '../../model/model-info.ts';
import type { Point } from '../../pyramid/geometry.ts';
import { magnificationOf } from '../../pyramid/magnification.ts';
import type { FieldFrame } from '../../viewer/slide-viewer.ts';
import { type AppContext, asFailure, type CurrentSlide } from '../app-context.ts';
import type { Crop } from '../concentric.ts';
import type { Models } from '../models.ts';
import type { Slides } from '../slides/slides.ts';

export interface Points {
  readCrops(at: Point): Promise<readonly Crop[]>;
  classify(at: Point): Promise<Classification>;
  similarity(at: Point, pair: { fine: number; coarse: number }): Promise<SimilarityMap>;
  /** The user's click: everything about the point, into the store and onto the slide. */
  click(at: Point, options?: ClickOptions): Promise<void>;
  clear(): void;
}

export interface ClickOptions {
  /** True for a spot that is brought back: its answer is noted already. */
  readonly isAgain?: boolean;
}

/** `onAnswer` hears of every answer to a new click. */
export function createPoints(
  context: AppContext,
  slides: Slides,
  models: Models,
  onAnswer: (classification: Classification, model: ModelDetails, slide: CurrentSlide) => void,
): Points {
  const { store, pixels, inference, viewer, stats } = context;
  const latest = {
    readCrops: new Latest('readCrops'),
    classify: new Latest('classify'),
    similarity: new Latest('similarity'),
    click: new Latest('click'),
  };

  const ready = async (at: Point): Promise<{ slide: CurrentSlide; model: ModelDetails }> => {
    const slide = slides.need();
    const model = await models.need();
    checkInside(at, slide);
    return { slide, model };
  };

  const crops = async (at: Point, slide: CurrentSlide, model: ModelDetails, signal: AbortSignal): Promise<Crop[]> => {
    const { patchSize: patchSizePx, padding } = model;
    const fields = model.spacings.map((spacing) =>
      cropField(slide.description, at, { spacing, patchSizePx, contextPx: 0, padding }),
    );
    const rasters = await pixels.call('fields', { handle: slide.handle, fields, priority: 'visible' }, { signal });
    return model.spacings.map((spacing, index) => {
      const raster = rasters[index];
      if (raster === undefined) throw new Error('The worker sent fewer fields than were asked for.');
      return { spacing, ...raster, region: cropRegion(slide.description, at, spacing, patchSizePx) };
    });
  };

  const classify = (at: Point, slide: CurrentSlide, signal: AbortSignal) =>
    inference.call('classify', { slide: forInference(slide), at }, { signal });

  const similarity = (at: Point, slide: CurrentSlide, pair: { fine: number; coarse: number }, signal: AbortSignal) =>
    inference.call('similarity', { slide: forInference(slide), at, pair }, { signal });

  return {
    readCrops: (at) =>
      latest.readCrops.run(async (signal) => {
        const { slide, model } = await ready(at);
        const read = await crops(at, slide, model, signal);
        await stats.refresh();
        return read;
      }),
    classify: (at) =>
      latest.classify.run(async (signal) => {
        const { slide } = await ready(at);
        const classification = await classify(at, slide, signal);
        await stats.refresh();
        return classification;
      }),
    similarity: (at, pair) =>
      latest.similarity.run(async (signal) => {
        const { slide } = await ready(at);
        return similarity(at, slide, pair, signal);
      }),
    click: (clicked, { isAgain = false } = {}) =>
      latest.click.run(async (signal) => {
        // On whole pixels: between them, crops are averaged over neighbours and lose the finest detail.
        const at = { x: Math.round(clicked.x), y: Math.round(clicked.y) };
        viewer.setPoint(at, []);
        store.setState({ point: { status: 'reading', at } });
        try {
          const { slide, model } = await ready(at);
          const [classification, fed, maps] = await Promise.all([
            classify(at, slide, signal),
            crops(at, slide, model, signal),
            Promise.all(model.similarityPairs.map((pair) => similarity(at, slide, pair, signal))),
          ]);
          signal.throwIfAborted();
          viewer.setPoint(at, framesOf(fed));
          store.setState({ point: { status: 'done', at, classification, crops: fed, maps } });
          if (!isAgain) onAnswer(classification, model, slide);
          stats.refreshSoon();
        } catch (error) {
          if (signal.aborted || isAbort(error) || isFailure(error, 'superseded')) return;
          store.setState({ point: { status: 'failed', at, failure: asFailure(error) } });
        }
      }),
    clear() {
      latest.click.abort();
      viewer.setPoint(null, []);
      store.setState({ point: { status: 'none' } });
    },
  };
}

export function forInference(slide: CurrentSlide): SlideForInference {
  return { handle: slide.handle, description: slide.description };
}

function checkInside(at: Point, slide: CurrentSlide): void {
  if (!Number.isFinite(at.x) || !Number.isFinite(at.y)) {
    throw new Failure('bad-argument', 'The point must have a finite x and y, in level-0 pixels.');
  }
  const { width, height } = slide.description;
  if (at.x >= 0 && at.y >= 0 && at.x < width && at.y < height) return;
  throw new Failure(
    'outside-slide',
    `The point (${Math.round(at.x)}, ${Math.round(at.y)}) is outside the slide, which is ${width} x ${height} px. Choose a point on it.`,
  );
}

/** Frames on the slide, coarsest first so that the fine one lies on top. */
function framesOf(crops: readonly Crop[]): FieldFrame[] {
  return crops
    .map(({ spacing, region }, index): FieldFrame => {
      const magnification = `${Number(magnificationOf(spacing).toFixed(1))}×`;
      const labels = [`${magnification} · ${spacing} µm/px`, magnification];
      return { rect: region, labels, emphasis: index === 0 ? 'fine' : 'coarse' };
    })
    .reverse();
}
