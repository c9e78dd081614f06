// Everything the interface shows, as one vanilla store holds it. ui/ reads it; what a user can do is app-actions.ts.

import type { AssociatedInfo, Raster } from '../crops/pixels.contract.ts';
import type { Classification, SimilarityMap } from '../inference/inference.contract.ts';
import type { LayerStyle } from '../layers/layer-style.ts';
import type { Failure } from '../lib/failure.ts';
import type { ListedModel, ModelDetails } from '../model/model-info.ts';
import type { Stored } from '../offline/stored.ts';
import type { Point, Rect } from '../pyramid/geometry.ts';
import type { CollectionMembers, Region } from '../regions/region.ts';
import type { RegionStatistics } from '../regions/statistics.ts';
import type { Provenance } from '../results/analysis-result.ts';
import type { Cohort } from '../results/cohort.ts';
import type { DoubtShares } from '../results/doubt.ts';
import type { PointRecord } from '../results/point-record.ts';
import type { SlideDescription, SlideInfo } from '../slides/slide-source.ts';
import type { ShapeTool } from '../viewer/shape-drawing.ts';
import type { ViewPosition } from '../viewer/view-position.ts';
import type { Crop, Stats } from './concentric.ts';
import type { RecentSlide } from './keeping/kept.ts';
import type { SlideEntry } from './slides/slide-entry.ts';
import type { ViewAddress } from './view/address.ts';
import type { CompareState } from './view/compare-state.ts';
import type { MeasureState } from './view/measure-state.ts';

export type SlideState =
  | { readonly status: 'none' }
  /** `previous` stays open and usable until the new one is. */
  | { readonly status: 'opening'; readonly name: string; readonly previous: OpenSlideState | null }
  | OpenSlideState;

export interface OpenSlideState {
  readonly status: 'open';
  readonly info: SlideInfo;
  readonly description: SlideDescription;
  /** Pictures beside the slide, none of them read. */
  readonly associated: readonly AssociatedInfo[];
}

export type ModelState =
  | { readonly status: 'none' }
  | { readonly status: 'loading'; readonly id: string; readonly previous: ModelDetails | null }
  | { readonly status: 'ready'; readonly details: ModelDetails }
  | { readonly status: 'failed'; readonly id: string; readonly failure: Failure };

export type PointState =
  | { readonly status: 'none' }
  | { readonly status: 'reading'; readonly at: Point }
  | {
      readonly status: 'done';
      readonly at: Point;
      readonly classification: Classification;
      readonly crops: readonly Crop[];
      /** One a similarity pair of the model, in its order; empty when it has none. */
      readonly maps: readonly SimilarityMap[];
    }
  | { readonly status: 'failed'; readonly at: Point; readonly failure: Failure };

export type PointDone = Extract<PointState, { status: 'done' }>;

export type RunStatus = 'idle' | 'starting' | 'running' | 'paused' | 'complete' | 'cancelled' | 'failed';

export interface RunState {
  readonly status: RunStatus;
  readonly done: number;
  /** Cells that are done, or of which the screen shows a preliminary class. */
  readonly mapped: number;
  readonly total: number;
  readonly cellsPerSecond: number;
  /** Null until the rate is known. */
  readonly secondsLeft: number | null;
  readonly failure: Failure | null;
  /** True when there are cells to show and to export. */
  readonly hasResults: boolean;
  /** Cells so far of each class, in the model's order; empty before the first. */
  readonly classCells: readonly number[];
  /** Of one cell; null when no run has begun. */
  readonly cellMm2: number | null;
  /** mm2 by class name, filled when the run ends. */
  readonly areaMm2: Readonly<Record<string, number>> | null;
  /** Filled when the run ends. */
  readonly doubt: DoubtShares | null;
  /** Cells whose tiles could not be had. */
  readonly unread: number;
}

/** A run that a closed tab broke off, on this slide with this model. */
export interface BrokenOffRun {
  readonly done: number;
  readonly total: number;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  /** Level-0 px; null = the whole slide. */
  readonly region: Rect | null;
}

export interface LayerState {
  /** A layer name as in the address ("classes", "entropy", …). */
  readonly name: string;
  /** 0..1. */
  readonly opacity: number;
  /** The one-key toggle: hides without forgetting which layer it was. */
  readonly visible: boolean;
  readonly style: LayerStyle;
}

/** What the user marked on the slide. */
export interface RegionsState {
  readonly list: readonly Region[];
  readonly selected: string | null;
  /** What is being drawn; null = nothing. */
  readonly tool: ShapeTool | null;
  /** Of the files that regions were read from. */
  readonly members: CollectionMembers;
  /** By the region's id. */
  readonly statistics: Readonly<Record<string, RegionStatistics>>;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

export interface Notice {
  readonly id: number;
  readonly kind: 'info' | 'warning' | 'error';
  readonly message: string;
  /** What it is about: a newer notice of the same topic takes its place. */
  readonly topic: string;
  /** What the user can do about it with one press; `openWork` is the id of a workspace. */
  readonly action?: 'reload' | { readonly openWork: string };
}

/** A cohort that is open; `pictureUrls` by the id of its slides. */
export interface CohortState {
  readonly name: string;
  readonly content: Cohort;
  readonly pictureUrls: Readonly<Record<string, string>>;
  /** True while its table is on screen. */
  readonly shown: boolean;
}

/** Of what a picture can be made: `region` is the chosen one. */
export type PictureArea = 'view' | 'region' | 'analysed' | 'whole';

/** A picture that the user asks for. */
export interface PictureWish {
  /** Level-0 px. */
  readonly rect: Rect;
  /** At least the slide's own. */
  readonly micronsPerPx: number;
}

/** What the printable report shows. */
export interface Report {
  readonly pictureUrl: string;
  readonly provenance: Provenance;
  readonly state: 'complete' | 'cancelled';
  readonly areaMm2: Readonly<Record<string, number>>;
  readonly doubt: DoubtShares;
  readonly model: ModelDetails;
  readonly regions: readonly {
    readonly id: string;
    readonly name: string;
    /** CSS colour of its outline in the picture. */
    readonly colour: string;
    readonly statistics: RegionStatistics | null;
  }[];
  /** How many spots were asked about. */
  readonly points: number;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
}

/** A workspace as it is listed. */
export interface KeptWork {
  readonly id: string;
  readonly slideName: string;
  /** True when its slide came from files of this computer, which only the user can open again. */
  readonly isLocal: boolean;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  readonly regions: number;
  readonly points: number;
  /** The analysis' model; null without an analysis. */
  readonly analysisBy: string | null;
}

export interface WorkState {
  /** Newest first; null until somebody asked. */
  readonly list: readonly KeptWork[] | null;
  /** Kept works that this version cannot read; they stay where they are. */
  readonly unreadable: number;
  /** The one that the open slide's work is saved in; null before there is anything to save. */
  readonly current: string | null;
}

/** A host that the page's policy bars and that the user may allow. */
export interface HostRequest {
  /** An origin, "https://slides.example.org". */
  readonly host: string;
  /** What was wanted from it. */
  readonly address: ViewAddress;
  /** False where no service worker can serve another policy: then only whoever runs the page can name the host. */
  readonly canAllow: boolean;
}

/** A picture beside the slide that the user asked to see. */
export type AssociatedState =
  | { readonly status: 'hidden' }
  | { readonly status: 'reading'; readonly index: number }
  | { readonly status: 'shown'; readonly index: number; readonly picture: Raster };

export type { AssociatedInfo, Raster };

export interface AppState {
  readonly cohort: CohortState | null;
  /** Cohorts that the server offers. */
  readonly cohorts: readonly { readonly title: string; readonly url: string }[];
  /** True once the first tile has come, or it is clear that none will: what the first picture does not need is loaded then. */
  readonly furnished: boolean;
  readonly slides: readonly SlideEntry[];
  /** By id of the list: under which key its picture is kept. */
  readonly slideKeys: ReadonlyMap<string, string>;
  /** Opened before, newest first; without those of the list. */
  readonly recent: readonly RecentSlide[];
  /** Small pictures of slides, by key. */
  readonly pictures: ReadonlyMap<string, Blob>;
  readonly associated: AssociatedState;
  readonly models: readonly ListedModel[];
  /** Cards of listed models, Markdown by id; those that were read. */
  readonly modelCards: Readonly<Record<string, string>>;
  /** The workers' counters when they were last asked; null before. */
  readonly stats: Stats | null;
  readonly slide: SlideState;
  readonly model: ModelState;
  readonly point: PointState;
  /** Of a spot of the phantom, finest first; null before "How it works" asked for them, and where they could not be read. */
  readonly exampleFields: 'reading' | readonly Crop[] | null;
  readonly run: RunState;
  /** Null when there is none to go on with. */
  readonly brokenOff: BrokenOffRun | null;
  readonly layer: LayerState;
  /** Layer names that the current results offer, "none" first. */
  readonly layerNames: readonly string[];
  readonly view: ViewPosition | null;
  /** A rectangle the user drew for the next run, level-0 px; null = whole slide. */
  readonly region: Rect | null;
  /** True while the next drag draws the region. */
  readonly drawingRegion: boolean;
  /** Where the pointer is, level-0 px; null when it is not over the slide. */
  readonly pointer: Point | null;
  readonly measure: MeasureState;
  readonly compare: CompareState;
  readonly loupe: boolean;
  readonly overviewShown: boolean;
  readonly regions: RegionsState;
  /** Spots the user asked about, in the order they were asked. */
  readonly history: readonly PointRecord[];
  readonly work: WorkState;
  /** The report that is on screen, or being made; null when none is asked for. */
  readonly report: 'making' | Report | null;
  /** Level-0 px, as they were when the question was asked. */
  readonly pictureAreas: Readonly<Partial<Record<PictureArea, Rect>>>;
  /** True while a picture is being drawn. */
  readonly drawingPicture: boolean;
  readonly notices: readonly Notice[];
  readonly hostRequest: HostRequest | null;
  /** What the browser keeps for the app; null until somebody asked. */
  readonly stored: Stored | null;
}
