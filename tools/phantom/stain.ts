// From amounts of haematoxylin and eosin to colour, by Beer and Lambert: light falls off exponentially with optical
// density. The exponential is a table made by repeated squaring, since Math.exp may differ in its last bit.

/** Optical density per unit of stain for red, green and blue. */
const HAEMATOXYLIN = [0.66, 0.74, 0.36] as const;
const EOSIN = [0.09, 0.66, 0.3] as const;
/** Colour of the empty, lit slide. */
export const GLASS = [244, 243, 245] as const;

const STEPS_PER_UNIT = 1024;
const DENSITY_LIMIT = 4;
const SQUARINGS = 12;

const TRANSMITTANCE = transmittanceTable();

function transmittanceTable(): Float32Array {
  const table = new Float32Array(DENSITY_LIMIT * STEPS_PER_UNIT + 1);
  for (let i = 0; i < table.length; i++) {
    // exp(-d) = (1 - d / 2^n)^(2^n) for large n.
    let value = 1 - i / STEPS_PER_UNIT / 2 ** SQUARINGS;
    for (let n = 0; n < SQUARINGS; n++) value *= value;
    table[i] = value;
  }
  return table;
}

/** Share of light in [0, 1] that passes an optical density (natural base) between 0 and 4, clipped to that. */
export function transmittance(density: number): number {
  const clipped = Math.min(DENSITY_LIMIT, Math.max(0, density));
  return TRANSMITTANCE[(clipped * STEPS_PER_UNIT + 0.5) | 0] as number;
}

/**
 * Writes the RGB of `h` haematoxylin and `e` eosin at `offset`, mixed with bare glass by `cover` in [0, 1] and
 * brightened or darkened by `light` grey levels.
 */
export function writeStained(
  rgb: Uint8Array,
  offset: number,
  h: number,
  e: number,
  cover: number,
  light: number,
): void {
  for (let channel = 0; channel < 3; channel++) {
    const glass = GLASS[channel] as number;
    const density = h * (HAEMATOXYLIN[channel] as number) + e * (EOSIN[channel] as number);
    const passed = 1 - cover + cover * transmittance(density);
    rgb[offset + channel] = Math.max(0, Math.min(255, (glass * passed + light + 0.5) | 0));
  }
}
