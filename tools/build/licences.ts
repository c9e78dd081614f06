// Writes licences.md into the build: the licence of every package that may be in it, workers' too, as most of them ask.
// What is listed are the packages that are installed to be shipped, so a few more than end up in the bundle.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

interface Locked {
  readonly packages: Readonly<
    Record<string, { version?: string; license?: string; dev?: boolean; optional?: boolean }>
  >;
}

export function licences(): Plugin {
  let root = '';
  return {
    name: 'licences',
    apply: 'build',
    configResolved(config) {
      root = config.root;
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'licences.md', source: licencesOf(root) });
    },
  };
}

/** The text, by the lock file and the licence files of what is installed below `root`. */
export function licencesOf(root: string): string {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Locked;
  const shipped = Object.entries(packages).filter(([path, { dev, optional }]) => path !== '' && !dev && !optional);
  const parts = shipped.map(([path, { version, license }]) => {
    const name = path.replace(/^.*node_modules\//, '');
    return `## ${name} ${version} (${license})\n\n${licenceText(join(root, path)) ?? 'No text of its own.'}\n`;
  });
  return `# Licences of the packages that Concentric is built with\n\n${parts.join('\n')}`;
}

/** What the package says in its licence and notice files; null when it has none. */
function licenceText(folder: string): string | null {
  const files = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)(\.|-|$)/i.test(name));
  const texts = files.sort().map((name) => readFileSync(join(folder, name), 'utf8').trim());
  return texts.length === 0 ? null : texts.join('\n\n');
}
