// The scale bar: a round length (1, 2 or 5 times a power of ten) that fits, and how many pixels it takes.

export interface ScaleBar {
  readonly lengthMicrons: number;
  /** px of whatever `micronsPerPx` counts; not rounded. */
  readonly widthPx: number;
  /** "200 µm", "1 mm". */
  readonly label: string;
}

/** The longest bar of at most `longestPx`, where a px is `micronsPerPx` um wide (both above 0). */
export function scaleBarFor(micronsPerPx: number, longestPx: number): ScaleBar {
  const longestMicrons = micronsPerPx * longestPx;
  const exponent = Math.floor(Math.log10(longestMicrons));
  // A neighbouring power of ten as well: log10 may be off by a hair at exact powers.
  const candidates = [exponent - 1, exponent, exponent + 1].flatMap((power) =>
    [1, 2, 5].map((lead) => round(lead, power)),
  );
  const fitting = candidates.filter((length) => length <= longestMicrons * (1 + 1e-12));
  const lengthMicrons = Math.max(...fitting);
  return { lengthMicrons, widthPx: lengthMicrons / micronsPerPx, label: formatLength(lengthMicrons) };
}

/** lead * 10^power as its nearest double: 2e-1, not 2 * 0.1. */
function round(lead: number, power: number): number {
  return Number(`${lead}e${power}`);
}

function formatLength(microns: number): string {
  return microns >= 1000 ? `${microns / 1000} mm` : `${microns} µm`;
}
