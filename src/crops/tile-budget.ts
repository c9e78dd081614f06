// How many bytes of decoded tiles the page may keep, by the memory of the device.

const MIB = 1 << 20;
const MOST_BYTES = 384 * MIB;
const LEAST_BYTES = 64 * MIB;

/** Of a small device's memory a tenth. */
export function tileBudgetBytes(memoryGiB: number): number {
  return Math.min(MOST_BYTES, Math.max(LEAST_BYTES, memoryGiB * 102 * MIB));
}
