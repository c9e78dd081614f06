// What a workspace is: everything that brings back the work on one slide. Plain data, as the browser's database keeps it
// and as one file carries it (workspace-file.ts). Not the slide's pixels, and no model: both are named.

import type { Point, Rect } from '../../pyramid/geometry.ts';
import type { CollectionMembers, Region } from '../../regions/region.ts';
import type { PointRecord } from '../../results/point-record.ts';
import type { SlideInfo } from '../../slides/slide-source.ts';
import type { ViewPosition } from '../../viewer/view-position.ts';
import type { KeptWork, LayerState } from '../app-state.ts';

export interface Workspace {
  /** A UUID. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  readonly slide: Pick<SlideInfo, 'id' | 'name' | 'width' | 'height' | 'mppX' | 'mppY' | 'mppSource'> & {
    /** What opens it again; null for files of the own computer. */
    readonly address: string | null;
  };
  /** `address` is null for a model from the own computer. */
  readonly model: { readonly id: string; readonly title: string; readonly address: string | null } | null;
  readonly view: ViewPosition | null;
  readonly layer: LayerState;
  /** The rectangle set for the next run. */
  readonly region: Rect | null;
  readonly regions: readonly Region[];
  /** Of the files that regions were read from, to be written with them again. */
  readonly regionMembers?: CollectionMembers;
  readonly points: readonly PointRecord[];
  /** The point whose answer is on screen, level-0 px. */
  readonly point: Point | null;
  /** True when there is an analysis to go with it. */
  readonly hasResult: boolean;
}

export function listedWork({ id, savedAt, slide, model, regions, points, hasResult }: Workspace): KeptWork {
  return {
    id,
    slideName: slide.name,
    isLocal: slide.address === null,
    savedAt,
    regions: regions.length,
    points: points.length,
    analysisBy: hasResult ? (model?.title ?? '') : null,
  };
}

/** Whether a stored record has what a list shows of it: another version, or damage, may have left anything there. */
export function canBeListed(record: unknown): record is Workspace {
  const { id, savedAt, slide, regions, points } = record as Partial<Workspace>;
  const isSlide = typeof slide?.name === 'string' && slide.width > 0 && slide.height > 0;
  return (
    typeof id === 'string' && Number.isFinite(savedAt) && isSlide && Array.isArray(regions) && Array.isArray(points)
  );
}
