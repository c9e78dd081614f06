// Builds OpenSeadragon without the parts that are never asked for here: it comes as one file, which no bundler can shake.
// Slides reach it through a tile source of ours, so its own readers of slide formats go, as do its strip of thumbnails,
// its navigator and its drawing by HTML elements. Its drawer by WebGL becomes a module of its own, loaded when it is
// asked for (`drawer=webgl`). The development server serves the package whole.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

const file = /openseadragon[\\/]build[\\/]openseadragon[\\/]openseadragon\.js$/;
const banner = /(?=\/\*\*?\n \* OpenSeadragon - )/;
const webgl = 'WebGLDrawer';
const unused = [
  ...['Dzi', 'IIIF', 'IIP', 'Iris', 'Osm', 'Tms', 'Legacy', 'Image'].map((format) => `${format}TileSource`),
  'ReferenceStrip',
  'Navigator',
  'HTMLDrawer',
];

/** The name that imports the drawer by WebGL, and what it resolves to. */
const drawerName = 'virtual:openseadragon-webgl';
const drawerId = `\0${drawerName}`;

export interface OpenSeadragonParts {
  /** The package's code without what is not used. */
  readonly core: string;
  /** The drawer by WebGL: a script that finds the package as `OpenSeadragon`. */
  readonly webgl: string;
}

/** @throws Error when a part is not where it was: the package has changed. */
export function partsOf(code: string): OpenSeadragonParts {
  const sections = code.split(banner);
  const named = (name: string) => {
    const [found, ...more] = sections.filter((section) => section.split('\n', 2)[1] === ` * OpenSeadragon - ${name}`);
    if (found === undefined || more.length > 0)
      throw new Error(`OpenSeadragon has changed: look again at where its ${name} stands.`);
    return found;
  };
  const left = new Set([...unused, webgl].map(named));
  return { core: sections.filter((section) => !left.has(section)).join(''), webgl: named(webgl) };
}

export function openSeadragonParts(): Plugin {
  return {
    name: 'openseadragon-parts',
    enforce: 'pre',
    transform: {
      filter: { id: file },
      handler: (code) => ({ code: partsOf(code).core, map: null }),
    },
    resolveId: { filter: { id: /^virtual:openseadragon-webgl$/ }, handler: () => drawerId },
    load: {
      filter: { id: /^\0virtual:openseadragon-webgl$/ },
      handler() {
        const whole = readFileSync(createRequire(import.meta.url).resolve('openseadragon'), 'utf8');
        return `import OpenSeadragon from 'openseadragon';\n${partsOf(whole).webgl}`;
      },
    },
  };
}
