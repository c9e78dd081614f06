// The things a user can do. No React here: ui/ calls them, app.ts carries them out.

import type { StoreApi } from 'zustand/vanilla';
import type { LayerStyle } from '../layers/layer-style.ts';
import type { Backend } from '../model/model-info.ts';
import type { Point, Rect } from '../pyramid/geometry.ts';
import type { PixelSize } from '../pyramid/measure.ts';
import type { RegionChange } from '../regions/region.ts';
import type { CohortSlide } from '../results/cohort.ts';
import type { ShapeTool } from '../viewer/shape-drawing.ts';
import type { AppState, PictureWish } from './app-state.ts';
import type { AnalyseOptions, ExportFormat } from './concentric.ts';
import type { MeasureTool } from './view/measure-state.ts';

export interface AppActions {
  /** From the list, a link, a drop or a picker. Failures become notices. */
  openSlide(from: string | readonly File[]): void;
  /** From the server's list, or a link to a cohort.json. */
  openCohort(link: string): void;
  showCohort(shown: boolean): void;
  /** Opens the slide of a row with its results as layers. */
  openCohortRow(row: CohortSlide): void;
  openRecent(key: string): void;
  forgetRecent(key: string): void;
  /** While the picker is on the page; returns its end. */
  watchSlideList(): () => void;
  /** Counted as the open slide lists them. */
  showAssociated(index: number): void;
  hideAssociated(): void;
  closeSlide(): void;
  /** The scale as the user sets it, kept for this slide; null goes back to the slide's own. */
  calibrate(scale: PixelSize | null): void;
  /** Reads the cards of the listed models. */
  readModelCards(): void;
  loadModel(idOrUrl: string | readonly File[], backend?: Backend): void;
  classifyAt(point: Point): void;
  /** The keyboard's click: the point under the crosshair at the centre of the view. */
  classifyCentre(): void;
  clearPoint(): void;
  /** Reads the fields of a spot of the phantom, once. */
  readExampleFields(): void;
  startRun(options: AnalyseOptions): void;
  pauseRun(): void;
  resumeRun(): void;
  cancelRun(): void;
  /** Tries the cells again that could not be read. */
  retryUnread(): void;
  /** Takes the analysis off the slide; the next one begins anew. */
  clearAnalysis(): void;
  /** Goes on with the run that was broken off. */
  goOnWithRun(): void;
  showBrokenOff(): void;
  discardBrokenOff(): void;
  setLayer(name: string): void;
  setLayerOpacity(opacity: number): void;
  toggleLayer(): void;
  /** Colours, hidden classes, threshold and the like; nothing is computed anew. */
  setLayerStyle(change: Partial<LayerStyle>): void;
  setDrawingRegion(drawing: boolean): void;
  setRegion(region: Rect | null): void;
  /** 10 / (um a CSS pixel), kept about the centre of the view. */
  setMagnification(magnification: number): void;
  zoomBy(factor: number): void;
  fitSlide(): void;
  /** Degrees clockwise on screen. */
  turnBy(degrees: number): void;
  /** Left becomes right on screen. */
  mirror(): void;
  /** Degrees clockwise from how it was scanned. */
  setRotation(degrees: number): void;
  /** As it was scanned. */
  setUpright(): void;
  /** The next clicks on the slide place corners. */
  startMeasuring(tool: MeasureTool): void;
  finishMeasuring(): void;
  undoMeasuring(): void;
  /** Gives up what is being drawn; then the tool. */
  stopMeasuring(): void;
  removeMeasurement(id: number): void;
  clearMeasurements(): void;
  forgetKnownLine(): void;
  /** The same slide beside itself, without its layer. */
  compareWithoutLayer(): void;
  compareWith(from: string | readonly File[]): void;
  setCompareLinked(linked: boolean): void;
  stopComparing(): void;
  setLoupe(shown: boolean): void;
  setOverviewShown(shown: boolean): void;
  /** Each gives a part of the viewer its place on the page, and returns the function that takes it away. */
  mountOverview(element: HTMLElement): () => void;
  mountLoupe(element: HTMLElement): () => void;
  mountCompare(element: HTMLElement): () => void;
  /** What is on screen becomes the region. */
  setRegionToView(): void;
  /** Saves to the user's downloads. */
  downloadResults(format: ExportFormat): void;
  /** The next shape on the slide becomes a region; null stops drawing. */
  drawRegion(tool: ShapeTool | null): void;
  /** Ends the shape being drawn with the corners it has. */
  finishRegion(): void;
  changeRegion(id: string, change: RegionChange): void;
  removeRegion(id: string): void;
  selectRegion(id: string | null): void;
  /** Brings a region into view. */
  showRegion(id: string): void;
  /** Runs on the smallest rectangle around a region. */
  runOnRegion(id: string): void;
  undoRegions(): void;
  redoRegions(): void;
  /** GeoJSON. */
  importRegions(file: File): void;
  exportRegions(): void;
  /** Looks of what a picture can be made. */
  refreshPictureAreas(): void;
  /** A PNG of a part of the slide, to the user's downloads. */
  savePicture(wish: PictureWish): void;
  showReport(): void;
  closeReport(): void;
  removePoint(id: string): void;
  /** Brings a point of the history into view and asks again. */
  showPoint(id: string): void;
  /** CSV. */
  exportPoints(): void;
  /** Looks what work is kept. */
  refreshWork(): void;
  openWork(id: string): void;
  removeWork(id: string): void;
  /** One file, to the user's downloads. */
  saveWork(id: string): void;
  /** Opens the work that a file holds; says so when it holds none. */
  importWork(file: File): void;
  dismissNotice(id: number): void;
  reload(): void;
  /** Allows the host of `hostRequest` and loads the page anew. */
  allowHost(): void;
  refuseHost(): void;
  takeHostBack(host: string): void;
  /** Looks what is stored now. */
  refreshStored(): void;
  /** Deletes everything that is stored. */
  forgetEverything(): void;
  /** Gives the viewer its place on the page; returns the function that takes it away. */
  mountViewer(element: HTMLElement): () => void;
}

export interface App {
  readonly store: StoreApi<AppState>;
  readonly actions: AppActions;
}
