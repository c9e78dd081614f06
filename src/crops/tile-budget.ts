// How many bytes of decoded tiles the page may keep: by the memory of the device, where the browser tells it.

const MIB = 1 << 20;
const MOST_BYTES = 384 * MIB;
const LEAST_BYTES = 64 * MIB;

/** Of a small device's memory a tenth. `memoryGiB` is null where the browser does not tell: then as for a large one. */
export function tileBudgetBytes(memoryGiB: number | null): number {
  if (memoryGiB === null || !(memoryGiB > 0)) return MOST_BYTES;
  return Math.min(MOST_BYTES, Math.max(LEAST_BYTES, memoryGiB * 102 * MIB));
}
