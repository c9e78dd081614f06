// The policy's words, and that nothing but hosts gets into it.

import { expect, test } from 'vitest';
import { contentSecurityPolicy, policyInPage, widenedPolicy, withPolicyMeta } from './content-security-policy.ts';
import { allowableOriginOf, isAllowableOrigin } from './slide-hosts.ts';

test('the policy lets the page reach itself and this computer only', () => {
  expect(contentSecurityPolicy([])).toBe(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' blob:; worker-src 'self' blob:; " +
      "style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; font-src 'self'; manifest-src 'self'; " +
      "form-action 'none'; base-uri 'none'; object-src 'none'; " +
      "connect-src 'self' blob: http://localhost:* http://127.0.0.1:*",
  );
});

test('a page has one policy, before anything it loads', () => {
  const page = '<html><head lang="en"><script src="a.js"></script></head></html>';
  const once = withPolicyMeta(page, contentSecurityPolicy(['https://old.example']));
  const twice = withPolicyMeta(once, contentSecurityPolicy(['https://new.example']));
  expect(once).toMatch(/<head lang="en">\s*<meta http-equiv="Content-Security-Policy" content="[^"]*old.example">/);
  expect(twice.match(/Content-Security-Policy/g)).toHaveLength(1);
  expect(twice).toContain('new.example');
  expect(twice).not.toContain('old.example');
  expect(policyInPage(twice)).toBe(contentSecurityPolicy(['https://new.example']));
  expect(policyInPage(page)).toBeNull();
});

test('allowed hosts widen what may be connected to, and nothing else', () => {
  const policy = contentSecurityPolicy(['https://a.example']);
  expect(widenedPolicy(policy, ['https://a.example', 'https://b.example:8443'])).toBe(
    contentSecurityPolicy(['https://a.example', 'https://b.example:8443']),
  );
  expect(widenedPolicy("connect-src 'self'; img-src 'self'", ['https://b.example'])).toBe(
    "connect-src 'self' https://b.example; img-src 'self'",
  );
  expect(widenedPolicy(policy, [])).toBe(policy);
});

test('only plain origins can be allowed', () => {
  expect(allowableOriginOf('https://Slides.Example.org:8443/a/b.svs?x=1', 'http://localhost/')).toBe(
    'https://slides.example.org:8443',
  );
  expect(allowableOriginOf('a.svs', 'http://localhost:5173/')).toBe('http://localhost:5173');
  for (const link of [
    'blob:https://a.org/1',
    'data:text/plain,a',
    'javascript:alert(1)',
    'http://[::1]/a',
    'ftp://a.b',
  ])
    expect(allowableOriginOf(link, 'http://localhost/'), link).toBeNull();
  for (const text of ['https://*.a.org', "https://a.org 'unsafe-inline'", 'https://a.org;', 'a.org', '*', 'null'])
    expect(isAllowableOrigin(text), text).toBe(false);
});
