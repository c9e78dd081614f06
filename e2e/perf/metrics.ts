// The metrics that `npm run perf` writes: their names, units and limits. What each means stands beside it; how it is
// measured is groups/. A metric that no group has measured yet is told as missing, never written as a number.

export interface Target {
  readonly min?: number;
  readonly max?: number;
}

export interface MetricKind {
  readonly unit: string;
  /** Null for what is reported without a limit. */
  readonly target: Target | null;
}

const ratio = (target: Target | null): MetricKind => ({ unit: 'ratio', target });
const count = (target: Target | null): MetricKind => ({ unit: 'count', target });
const share = (target: Target | null): MetricKind => ({ unit: 'share', target });
const ms: MetricKind = { unit: 'ms', target: null };

/** Those that every report must hold. */
export const requiredMetrics = {
  /** Cells a second over the naive loop's, step half, mode shared. */
  speedup_naive_half: ratio({ min: 16 }),
  speedup_naive_full: ratio({ min: 6 }),
  /** Share of cells with the class of mode exact: the worst of the shipped models. */
  shared_class_agreement: share({ min: 0.98 }),
  /** Mean absolute difference of probabilities from mode exact: the worst of the shipped models. */
  shared_mean_abs_dp: { unit: 'probability', target: { max: 0.02 } },
  /** Multiply-adds executed over those of mode exact. */
  mac_ratio_half: ratio({ max: 0.1 }),
  /** Cells a second over PyTorch + OpenSlide, per-crop batches of P crops, all cores, tile reading in both. */
  browser_over_native: ratio({ min: 3 }),
  /** Time of the cores outside the encoder and head over the time in them. */
  non_model_share: ratio({ max: 0.15 }),
  /** Throughput with two cores over that with one. */
  second_core_gain: ratio({ min: 1.8 }),
  /** Decodes over distinct tiles, viewer and run together. */
  decodes_per_tile: ratio({ max: 1.05 }),
  tiles_fetched_twice: count({ max: 0 }),
  /** Share of the run after which every tissue cell has a preliminary class. */
  rough_map_share: share({ max: 0.1 }),
  /** Share of cells whose preliminary class is the final one. */
  rough_map_agreement: share(null),
  /** From run pressed to the first cell. */
  first_cell_ms_warm: ms,
  /** Frames a second while panning during a run over those at rest. */
  fps_ratio_running: ratio({ min: 0.9 }),
  /** Main-thread tasks of more than 50 ms during a run. */
  long_tasks_running: count({ max: 0 }),
  /** 95th percentile of a tile's way to the screen while panning during a run over that at rest. */
  tile_p95_ratio: ratio({ max: 1.5 }),
  /** Throughput of a run while the view moves over that while it rests. */
  throughput_kept_panning: ratio(null),
  /** Labelled tissue that the mask keeps: the worst of the data sets. */
  tissue_recall: share({ min: 0.99 }),
  /** Cells run over cells with tissue. */
  patches_over_tissue: ratio({ max: 1.1 }),
  webgpu_dispatches_per_batch: count(null),
  webgpu_js_ms_per_cell: ms,
  /** Compute pipelines made after the warm-up. */
  webgpu_pipelines_after_warmup: count({ max: 0 }),
  /** Crops cut on the GPU against crops cut on the CPU, 0..1. */
  gpu_crop_max_abs_diff: { unit: 'intensity', target: { max: 0.000001 } },
  /** Growth of the page's memory per cell on the synthetic slide. */
  scale_bytes_per_cell: { unit: 'bytes', target: null },
  /** Coefficient of determination of time against tissue cells on the synthetic slide. */
  scale_linear_r2: { unit: 'r2', target: { min: 0.99 } },
  /** Tensors, bitmaps and blob URLs left after a hundred slides were opened and closed. */
  leak_after_100_opens: count({ max: 0 }),
  /** JavaScript that the page loads before the first tile is asked for. */
  first_load_js_gzip_kb: { unit: 'kB', target: { max: 200 } },
  /** Our runtime's speed on the encoder over the other's, same batch, same threads. */
  runtime_litert_ratio: ratio(null),
  runtime_ort_ratio: ratio(null),
} as const satisfies Record<string, MetricKind>;

/** What stands beside them to read them by. */
export const furtherMetrics = {
  cells_per_second_half: { unit: 'cells/s', target: null },
  cells_per_second_full: { unit: 'cells/s', target: null },
  naive_cells_per_second: { unit: 'cells/s', target: null },
  native_cells_per_second: { unit: 'cells/s', target: null },
  /** Of `python -m dsml infer` over the four breast sections: two worker processes over one. */
  infer_two_workers_gain: ratio({ min: 1.7 }),
  /** The same with one worker. */
  infer_cells_per_second: { unit: 'cells/s', target: null },
  /** Against a naive loop that leaves the context out, and so computes something else. */
  speedup_naive_half_without_context: ratio(null),
  /** Largest difference of a probability between the naive loop and mode exact: both compute the same. */
  naive_max_abs_dp: { unit: 'probability', target: null },
  /** What the pixels worker loads before then, beside the page. */
  pixels_worker_js_gzip_kb: { unit: 'kB', target: null },
  /** JavaScript of the inference worker, which loads while the slide opens. */
  inference_worker_js_gzip_kb: { unit: 'kB', target: null },
  /** Of our WASM runtime on one thread: raster px encoded. */
  encoder_mpx_per_second: { unit: 'Mpx/s', target: null },
  /** The encoder's time for a feature cell at the size of regions that is fixed, over that at the best size of several. */
  region_size_gain: ratio(null),
  /** Processor time that the encoder which rests still takes after the first movement of the view. */
  core_back_ms: { unit: 'ms', target: { max: 100 } },
  /** From cancel to the end of the run. */
  cancel_ms: ms,
  /** From a change of how layers are drawn to the frame that shows it: the slowest kind of change. */
  layer_change_ms: { unit: 'ms', target: { max: 50 } },
  /** The most memory that the page and its workers held while runs went over the synthetic slide. */
  scale_peak_mib: { unit: 'MiB', target: { max: 1536 } },
  /** Frames a second while panning with sixty thousand cells on screen over those with ten thousand. */
  scale_fps_ratio: ratio({ min: 0.9 }),
  /** Main-thread tasks of more than 50 ms during a run on the synthetic slide. */
  scale_long_tasks: count({ max: 0 }),
  /** Rows of the cohort that was measured. */
  cohort_slides: count(null),
  /** From its folder being chosen to its table on screen. */
  cohort_open_ms: { unit: 'ms', target: { max: 2000 } },
  cohort_sort_ms: ms,
  cohort_filter_ms: ms,
  /** 95th percentile of the time between two frames while the table is scrolled. */
  cohort_scroll_p95_frame_ms: ms,
} as const satisfies Record<string, MetricKind>;

export const metricKinds: Readonly<Record<string, MetricKind>> = { ...requiredMetrics, ...furtherMetrics };

export type MetricName = keyof typeof requiredMetrics | keyof typeof furtherMetrics;

/** What a group gives: each sample of each metric. The report holds their median. */
export type Samples = Partial<Record<MetricName, readonly number[]>>;
