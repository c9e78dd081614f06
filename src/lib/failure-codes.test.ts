// The codes of failures, as written down and as used: the table in the README, the list here and the code that throws
// name the same ones, and every sentence says what to do. That each really comes out of the app is e2e/error-codes.spec.ts.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failureCodes } from './failure.ts';

interface Thrown {
  readonly file: string;
  readonly code: string | null;
  /** As in the source; null where a variable stands. */
  readonly message: string | null;
}

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !/\.(test|fixture)\.tsx?$/.test(path))
  .map((path) => join('src', path));

/** Every `new Failure(...)` of the sources. */
const thrown: readonly Thrown[] = sources.flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/new Failure\(/g)].map((match) => {
    const [code = '', ...rest] = topLevelArguments(match.input.slice(match.index + match[0].length));
    const literal = /^'([\w-]+)'$/.exec(code.trim());
    const message = rest[0]?.trim() ?? '';
    return { file, code: literal?.[1] ?? null, message: /['"`]/.test(message) ? message : null };
  }),
);

/** The arguments of a call whose text begins behind its bracket. */
function topLevelArguments(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let quote: string | null = null;
  let begin = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? '';
    if (quote !== null) {
      if (letter === '\\') at++;
      else if (letter === quote) quote = null;
    } else if (`'"\``.includes(letter)) quote = letter;
    else if ('([{'.includes(letter)) depth++;
    else if (')]}'.includes(letter) && depth-- === 0) return [...found, text.slice(begin, at)];
    else if (letter === ',' && depth === 0) {
      found.push(text.slice(begin, at));
      begin = at + 1;
    }
  }
  throw new Error('A call of Failure does not end.');
}

test('the README’s table, the list and the code that throws name the same codes', () => {
  const readme = readFileSync('README.md', 'utf8');
  const [table = ''] = /\| code \| when \|[\s\S]*?\n\n/.exec(readme) ?? [];
  const documented = table.split('\n').flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([\w-]+)`/g)]);
  expect(documented.map(([, code]) => code).toSorted()).toEqual([...failureCodes].toSorted());
  const used = new Set(thrown.map(({ code }) => code));
  expect(failureCodes.filter((code) => !used.has(code))).toEqual([]);
  // Where a variable stands, it is one of the type FailureCode.
  expect(thrown.filter(({ code }) => code !== null && !failureCodes.some((one) => one === code))).toEqual([]);
});

/** What asks somebody to do something: a verb at the begin of a sentence or of a part of it, or a need. */
const asks =
  /(?:^|[.;:!?,)]\s+|\n|\b(?:or|and|then)\s+)(?:allow|ask|check|choose|close|convert|copy|draw|enter|export|get|give|load|look|make|mend|name|open|reload|run|save|set|start|try|turn|type|unpack|use|wait|write)\b|\bmust\b|\bneeds\b/i;
/** Reasons why a backend was passed over: chooseBackend completes them. */
const completed = [
  'backends/backend.ts',
  'backends/backend-webgpu.ts',
  'folder/self-test.ts',
  'graphs/graph-failure.ts',
];

test('every sentence says what to do', () => {
  const silent = thrown.filter(({ file, message }) => {
    if (message === null || completed.some((one) => file.endsWith(one))) return false;
    // It hands on what another sentence says.
    if (/\$\{(message|remedy)\}/.test(message)) return false;
    const words = message
      .replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, 'X.')
      .replaceAll('\\n', '\n')
      .replaceAll(/['"`]\s*\+\s*['"`]/g, '')
      .replaceAll(/^['"`]/g, '');
    return !asks.test(words);
  });
  expect(silent.map(({ file, message }) => `${file}: ${message}`)).toEqual([]);
  expect(thrown.length).toBeGreaterThan(120);
});
