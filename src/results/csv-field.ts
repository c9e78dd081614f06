// How one field of a CSV file is written.

/** What a spreadsheet takes for the beginning of a formula. */
const formulaStart = /^[=+\-@\t\r]/;

/** Quoted where RFC 4180 asks for it; an apostrophe keeps a spreadsheet from running a text, such as a file's name. */
export function csvField(value: string | number | boolean | null | undefined): string {
  const text = typeof value === 'string' && formulaStart.test(value) ? `'${value}` : String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
