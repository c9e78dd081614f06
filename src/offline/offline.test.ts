// The pure parts of the service worker: the page it gives, and which files make up the phantom.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contentSecurityPolicy, documentPolicy, withPolicyMeta } from '../policy/content-security-policy.ts';
import { pageToHash } from './listed-file.ts';
import { pageResponse } from './page-response.ts';
import { phantomFolder, phantomPaths } from './phantom-files.ts';
import { cacheNames } from './stored-names.ts';

const html = withPolicyMeta('<html><head><title>a</title></head></html>', contentSecurityPolicy(['https://a.example']));

test('the page gets isolation, and one policy with the allowed hosts in header and element alike', () => {
  const { body, headers } = pageResponse(html, ['https://b.example']);
  const policy = contentSecurityPolicy(['https://a.example', 'https://b.example']);
  expect(headers.get('Content-Security-Policy')).toBe(documentPolicy(policy));
  expect(body).toContain(`content="${policy}"`);
  expect(body.match(/Content-Security-Policy/g)).toHaveLength(1);
  expect(headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp');
  expect(headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
});

test('a server that names other hosts in the page has the same page', () => {
  expect(pageToHash(withPolicyMeta(html, contentSecurityPolicy([])))).toBe(pageToHash(html));
  expect(pageToHash(html.replace('<title>a', '<title>b'))).not.toBe(pageToHash(html));
});

test('a description stands for its files, to the last one', () => {
  const description =
    '<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" Format="png" Overlap="0" TileSize="512">\n  <Size Height="600" Width="1025"/></Image>';
  const paths = phantomPaths(description);
  expect(paths[0]).toBe('slides/phantom/phantom_files/vips-properties.xml');
  expect(paths.filter((path) => path.includes('/11/'))).toHaveLength(3 * 2);
  expect(paths.at(-1)).toBe('slides/phantom/phantom_files/11/2_1.png');
  expect(paths.filter((path) => path.includes('/0/'))).toHaveLength(1);
  expect(phantomPaths('<html>not found</html>')).toEqual([]);
});

test('they are the files of the phantom that is there', () => {
  const folder = 'public/slides/phantom';
  const onDisk = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(`${folder}/`.length))
    .filter((path) => path.startsWith('phantom_files/'));
  const listed = phantomPaths(readFileSync(`${folder}/phantom.dzi`, 'utf8'));
  expect(listed.map((path) => path.slice(phantomFolder.length)).sort()).toEqual(onDisk.sort());
});

test('apps in other folders of a host have caches of their own', () => {
  expect(cacheNames('https://a.org/x/').files).not.toBe(cacheNames('https://a.org/y/').files);
});
