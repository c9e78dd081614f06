// How one field of a CSV file is written.

/** Quoted where it has to be, as RFC 4180 asks. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
