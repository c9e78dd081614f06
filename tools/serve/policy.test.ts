// The setting: hosts, and nothing but hosts.

import { expect, test } from 'vitest';
import { contentSecurityPolicy } from '../../src/policy/content-security-policy.ts';
import { parseSlideHosts } from './policy.ts';

test('named hosts are added to what the page may connect to', () => {
  const hosts = parseSlideHosts(' https://slides.example.org, *.example.net:8443\nplain ');
  expect(hosts).toEqual(['https://slides.example.org', '*.example.net:8443', 'plain']);
  expect(contentSecurityPolicy(hosts)).toMatch(
    / http:\/\/127\.0\.0\.1:\* https:\/\/slides\.example\.org \*\.example\.net:8443 plain$/,
  );
  expect(parseSlideHosts(undefined)).toEqual([]);
});

test.each(['*', 'https:', "'unsafe-inline'", 'a.org;script-src', 'https://a.org/path', 'javascript://a', 'a"b'])(
  'what is no host is refused: %s',
  (host) => {
    expect(() => parseSlideHosts(host)).toThrow(/is not a host/);
  },
);
