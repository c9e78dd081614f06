// What a workspace is: everything that brings back the work on one slide. Plain data, as the browser's database keeps it
// and as one file carries it (workspace-file.ts). Not the slide's pixels, and no model: both are named.

import type { Rect } from '../pyramid/geometry.ts';
import type { Region } from '../regions/region.ts';
import type { SlideInfo } from '../slides/slide-source.ts';
import type { ViewPosition } from '../viewer/view-position.ts';
import type { LayerState } from './app-state.ts';
import type { PointRecord } from './history.ts';

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
  readonly points: readonly PointRecord[];
  /** True when there is an analysis to go with it. */
  readonly hasResult: boolean;
}
