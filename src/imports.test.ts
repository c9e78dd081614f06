// Holds the architecture: folders import one way, libraries stay behind the folder that wraps them, files form no circle,
// and every file begins by saying what it is for.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const src = import.meta.dirname;

/** Folders that each folder may import beside itself. Files right in src/ put everything together and may import all. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  policy: [],
  offline: ['lib', 'policy'],
  pyramid: ['lib'],
  tissue: ['lib', 'pyramid'],
  results: ['lib', 'pyramid'],
  regions: ['lib', 'pyramid', 'results'],
  slides: ['lib', 'pyramid'],
  tiles: ['lib', 'pyramid', 'slides'],
  crops: ['lib', 'pyramid', 'slides', 'tiles'],
  model: ['lib'],
  inference: ['lib', 'pyramid', 'tissue', 'results', 'slides', 'tiles', 'crops', 'model'],
  layers: ['lib', 'pyramid', 'results'],
  viewer: ['lib', 'pyramid', 'results', 'regions', 'slides', 'tiles', 'layers'],
  state: [
    'lib',
    'pyramid',
    'results',
    'regions',
    'slides',
    'crops',
    'model',
    'inference',
    'layers',
    'viewer',
    'policy',
    'offline',
  ],
  ui: ['lib', 'pyramid', 'results', 'regions', 'slides', 'model', 'inference', 'layers', 'viewer', 'state'],
};

/** What the interface may know of these folders is the shape of their data: work is asked of state/. */
const onlyShapesForUi = ['slides', 'model', 'inference'];
const shapes = /(\.contract|model-info|slide-source)\.ts$/;

/** Libraries that only some folders know. */
const wrapped: readonly { readonly library: RegExp; readonly folders: readonly string[] }[] = [
  { library: /^@tensorflow\//, folders: ['model'] },
  { library: /^openseadragon$/, folders: ['viewer'] },
  { library: /^(geotiff|@zip\.js\/.*|dicom-parser)$/, folders: ['slides'] },
  { library: /^zod$/, folders: ['lib'] },
  { library: /^zustand/, folders: ['state', 'ui'] },
  { library: /^react(-dom)?(\/|$)/, folders: ['ui', ''] },
];

interface Import {
  readonly file: string;
  /** First folder below src/, "" for files right in it. */
  readonly folder: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
const isTest = (file: string) => /\.(test|fixture|bench)\.tsx?$/.test(file);
const imports = files.flatMap(importsOf);

/** `import … from`, `export … from`, `import '…'`, `import('…')` and `new URL('…', import.meta.url)`. */
function importsOf(file: string): Import[] {
  const code = readFileSync(join(src, file), 'utf8');
  const patterns = [
    /^(?:import|export)\s(?<clause>[^'";]*?)\sfrom\s*'(?<target>[^']+)'/gm,
    /^import\s*'(?<target>[^']+)'/gm,
    /\bimport\(\s*(?:\/\*.*?\*\/\s*)?'(?<target>[^']+)'/g,
    /\bnew URL\(\s*'(?<target>[^']+)',\s*import\.meta\.url/g,
  ];
  return patterns.flatMap((pattern) =>
    [...code.matchAll(pattern)].map(({ groups }) => ({
      file,
      folder: folderOf(file),
      target: (groups?.target ?? '').replace(/\?.*$/, ''),
      typeOnly: isTypeOnly(groups?.clause ?? ''),
    })),
  );
}

function isTypeOnly(clause: string): boolean {
  if (clause.startsWith('type ')) return true;
  const names = /^\{(.*)\}$/s.exec(clause)?.[1]?.split(',') ?? ['value'];
  return names.filter((name) => name.trim() !== '').every((name) => name.trim().startsWith('type '));
}

function folderOf(file: string): string {
  const parts = file.split(/[\\/]/);
  return parts.length === 1 ? '' : (parts[0] ?? '');
}

/** The imported file relative to src/, or null for a library or what lies outside src/. */
function fileOf({ file, target }: Import): string | null {
  if (!target.startsWith('.')) return null;
  const path = relative(src, resolve(src, dirname(file), target));
  return path.startsWith('..') ? null : path;
}

test('there is something to check', () => {
  expect(imports.length).toBeGreaterThan(files.length);
  expect(imports.filter((found) => fileOf(found) !== null).length).toBeGreaterThan(files.length);
});

test('folders import one way', () => {
  const wrong = imports.filter((found) => {
    const file = fileOf(found);
    if (file === null || found.folder === '') return false;
    const folder = folderOf(file);
    return folder !== found.folder && !mayImport[found.folder]?.includes(folder);
  });
  expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
});

test('the interface takes only the shapes of data from the folders that work', () => {
  const wrong = imports.filter((found) => {
    const file = fileOf(found);
    if (found.folder !== 'ui' || found.typeOnly || file === null) return false;
    return onlyShapesForUi.includes(folderOf(file)) && !shapes.test(file);
  });
  expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
});

test('libraries stay behind the folders that wrap them, Node behind the tests', () => {
  const wrong = imports.filter(({ file, folder, target }) => {
    if (target.startsWith('node:')) return !isTest(file);
    return wrapped.some(({ library, folders }) => library.test(target) && !folders.includes(folder));
  });
  expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
});

test('only tests reach outside src/, or import tests', () => {
  const wrong = imports.filter((found) => {
    const file = fileOf(found);
    if (isTest(found.file) || found.target === '../package.json' || !found.target.startsWith('.')) return false;
    return file === null || isTest(file);
  });
  expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
});

test('files form no circle, neither by their code nor by their types', () => {
  const next = new Map<string, string[]>();
  for (const found of imports) {
    const target = fileOf(found);
    if (target !== null) next.set(found.file, [...(next.get(found.file) ?? []), target]);
  }
  const done = new Set<string>();
  const circleFrom = (file: string, path: readonly string[]): readonly string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const target of next.get(file) ?? []) {
      const circle = circleFrom(target, [...path, file]);
      if (circle !== null) return circle;
    }
    done.add(file);
    return null;
  };
  const circles = files.map((file) => circleFrom(file, [])).filter((circle) => circle !== null);
  expect(circles.map((circle) => circle.join(' -> '))).toEqual([]);
});

test('every file begins by saying what it is for, in one to six lines', () => {
  const wrong = files.filter((file) => {
    const [header = ''] = /^(\/\/ .*\n)*/.exec(readFileSync(join(src, file), 'utf8').replaceAll('\r\n', '\n')) ?? [];
    const lines = header.split('\n').length - 1;
    return !isTest(file) && (lines < 1 || lines > 6);
  });
  expect(wrong).toEqual([]);
});
