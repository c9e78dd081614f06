// How much memory the device has: what budgets go by. Firefox and Safari do not tell, nor does any browser on plain http.

/** GiB that a device is taken to have where the browser does not tell. */
export const ASSUMED_MEMORY_GIB = 8;

/** GiB of the device, rounded by the browser to a power of two, or the assumption. `told`: what the browser says of itself. */
export function deviceMemoryGiB(told: object | undefined = globalThis.navigator): number {
  const memoryGiB = told !== undefined && 'deviceMemory' in told ? Number(told.deviceMemory) : Number.NaN;
  return memoryGiB > 0 && memoryGiB < Infinity ? memoryGiB : ASSUMED_MEMORY_GIB;
}
