// Hosts that slides and models may be read from, as a content security policy writes them. Pure: only what is a host and
// nothing else ever gets into a policy.

/** As CSP takes it: scheme optional, a wildcard for subdomains, port optional; no path. */
const HOST = /^(https?:\/\/)?(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:(\d+|\*))?$/i;
/** What a user allows by name: one origin, no wildcard. */
const ORIGIN = /^https?:\/\/[a-z0-9-]+(\.[a-z0-9-]+)*(:\d+)?$/;

/** True for what whoever runs the page may name. */
export function isSlideHost(text: string): boolean {
  return HOST.test(text);
}

/** True for what a user may allow. */
export function isAllowableOrigin(text: string): boolean {
  return ORIGIN.test(text);
}

/** The origin that `link` is read from; null when it is none that a policy can name (another scheme, an IPv6 address). */
export function allowableOriginOf(link: string, base: string): string | null {
  if (!URL.canParse(link, base)) return null;
  const { origin, protocol } = new URL(link, base);
  return /^https?:$/.test(protocol) && isAllowableOrigin(origin) ? origin : null;
}
