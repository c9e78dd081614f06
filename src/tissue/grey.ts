// Grey pictures, and what their histograms say. Pure.

/** Row-major values; grey levels 0..255 unless said otherwise. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** Brightness of RGBA pixels, weighted as the eye does (ITU-R BT.601). */
export function brightness(rgba: { width: number; height: number; data: Uint8ClampedArray }): Grey {
  const { width, height } = rgba;
  const data = new Float32Array(width * height);
  for (let k = 0; k < data.length; k++) {
    const [red, green, blue] = [rgba.data[4 * k] ?? 0, rgba.data[4 * k + 1] ?? 0, rgba.data[4 * k + 2] ?? 0];
    data[k] = 0.299 * red + 0.587 * green + 0.114 * blue;
  }
  return { width, height, data };
}

/** The picture with everything brighter than `level` brought down to it. */
export function notAbove(picture: Grey, level: number): Grey {
  return { ...picture, data: picture.data.map((value) => Math.min(value, level)) };
}

/** The value that a share (0..1) of the picture lies below, to half a grey level. */
export function quantile({ data }: Grey, share: number): number {
  const bins = new Uint32Array(512);
  for (const value of data) bumpBin(bins, Math.floor(2 * value));
  let seen = 0;
  for (let bin = 0; bin < bins.length; bin++) {
    seen += bins[bin] ?? 0;
    if (seen > share * data.length) return bin / 2;
  }
  return 255;
}

/**
 * The value that parts the picture best in two (Otsu 1979: largest variance between the parts), on a scale where equal
 * ratios are equal steps: roughness spans orders of magnitude. Values below 1 count as 1.
 */
export function otsuRatio({ data }: Grey): number {
  const binsPerOctave = 16;
  const bins = new Uint32Array(8 * binsPerOctave);
  for (const value of data) bumpBin(bins, Math.floor(binsPerOctave * Math.log2(Math.max(1, value))));
  const total = data.length;
  const sum = bins.reduce((all, count, bin) => all + count * bin, 0);
  let [below, sumBelow, best, bestBin] = [0, 0, 0, 0];
  bins.forEach((count, bin) => {
    below += count;
    sumBelow += count * bin;
    if (below === 0 || below === total) return;
    const apart = sumBelow / below - (sum - sumBelow) / (total - below);
    const between = below * (total - below) * apart * apart;
    if (between > best) [best, bestBin] = [between, bin + 1];
  });
  return 2 ** (bestBin / binsPerOctave);
}

function bumpBin(bins: Uint32Array, bin: number): void {
  const within = Math.max(0, Math.min(bins.length - 1, bin));
  bins[within] = (bins[within] ?? 0) + 1;
}
