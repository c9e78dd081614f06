// The policy's words, and that nothing but hosts gets into it.

import { expect, test } from 'vitest';
import { contentSecurityPolicy, parseSlideHosts, withPolicyMeta } from './policy.ts';

test('the policy lets the page reach itself and this computer only', () => {
  expect(contentSecurityPolicy([])).toBe(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' blob:; worker-src 'self' blob:; " +
      "style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; font-src 'self'; manifest-src 'self'; " +
      "form-action 'none'; base-uri 'none'; object-src 'none'; " +
      "connect-src 'self' blob: http://localhost:* http://127.0.0.1:*",
  );
});

test('named hosts are added to what it may connect to', () => {
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

test('a page has one policy, before anything it loads', () => {
  const page = '<html><head lang="en"><script src="a.js"></script></head></html>';
  const once = withPolicyMeta(page, contentSecurityPolicy(['https://old.example']));
  const twice = withPolicyMeta(once, contentSecurityPolicy(['https://new.example']));
  expect(once).toMatch(/<head lang="en">\s*<meta http-equiv="Content-Security-Policy" content="[^"]*old.example">/);
  expect(twice.match(/Content-Security-Policy/g)).toHaveLength(1);
  expect(twice).toContain('new.example');
  expect(twice).not.toContain('old.example');
});
