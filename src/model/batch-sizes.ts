// How much is computed at once: fixed numbers, which both the runtime and the reckoning of a model's memory go by.

/** Rasters that the encoder is given at once, where every new shape costs compiled programs and where it costs none. */
export const ENCODE_BATCH = { compiled: 8, plain: 4 } as const;

/** Patches that a head call is filled up to: a click, an edge, a run. A model without an encoder takes whole patches. */
export function headSizes(hasEncoder: boolean): readonly number[] {
  return hasEncoder ? [1, 16, 64] : [1, 8];
}

/** Windows a side of the smallest region that a run encodes where every new shape costs compiled programs. */
export const leastWindows = 2;
