// What a DICOM series is called where no file has a name: as the glass is labelled, and what the scanner's user wrote. Pure.

import type { DicomAttributes } from './dicom-attributes.ts';

/** Shorter ones ("x", "1") tell nobody anything. */
const LEAST_LETTERS = 3;

/** The slide's own number (its container's identifier) and the series' description; empty when neither says anything. */
export function seriesName(from: DicomAttributes): string {
  const said = (['ContainerIdentifier', 'SeriesDescription'] as const).map((name) => from.texts(name)[0]?.trim() ?? '');
  return [...new Set(said)].filter((text) => text.length >= LEAST_LETTERS).join(', ');
}
