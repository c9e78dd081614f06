// Numbers as people type them into the fields of the scale. Pure.

/** um/px; a decimal comma is read as a point. Null when it makes no scale. */
export function parseMpp(text: FormDataEntryValue | null): number | null {
  const mpp = parsePositive(text);
  return mpp !== null && mpp < 1000 ? mpp : null;
}

/** Above 0; null for anything else. */
export function parsePositive(text: FormDataEntryValue | null): number | null {
  const value = typeof text === 'string' && text.trim() !== '' ? Number(text.trim().replace(',', '.')) : Number.NaN;
  return value > 0 && Number.isFinite(value) ? value : null;
}
