// The page as the service worker gives it: with the headers of our own server, whatever host it came from, and with the
// policy widened by the hosts that the user allowed. Pure.

import {
  commonHeaders,
  documentPolicy,
  policyInPage,
  widenedPolicy,
  withPolicyMeta,
} from '../policy/content-security-policy.ts';

/** `html` and the headers to send it with. A page that brings no policy is given none: it is a page of development. */
export function pageResponse(html: string, allowedHosts: readonly string[]): { body: string; headers: Headers } {
  const headers = new Headers({ ...commonHeaders, 'Content-Type': 'text/html; charset=utf-8' });
  const own = policyInPage(html);
  if (own === null) return { body: html, headers };
  const policy = widenedPolicy(own, allowedHosts);
  headers.set('Content-Security-Policy', documentPolicy(policy));
  return { body: withPolicyMeta(html, policy), headers };
}
