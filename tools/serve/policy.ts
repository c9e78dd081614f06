// What pages of Concentric may do: the content security policy and its companions, in one place for the build (a meta
// element in index.html, for hosts that send no headers) and the server (headers). The page talks to its own origin, to
// slide servers on this computer, and to slide hosts that whoever runs it has named; to nobody else.

import { Problem } from './problem.ts';

/** A host as CSP takes it: scheme optional, a wildcard for subdomains, port optional; no path. */
const HOST = /^(https?:\/\/)?(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:(\d+|\*))?$/i;

/** Browser features that a slide viewer has no use for; the few it has (isolation, full screen) are not named. */
const DENIED_FEATURES = [
  'accelerometer',
  'autoplay',
  'bluetooth',
  'camera',
  'display-capture',
  'encrypted-media',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
];

/**
 * Slide hosts from the setting CONCENTRIC_SLIDE_HOSTS: "https://slides.example.org *.example.net", apart by spaces or commas.
 * @throws Problem when one is not a host: a policy must not be written by chance.
 */
export function parseSlideHosts(setting: string | undefined): string[] {
  const hosts = (setting ?? '').split(/[\s,]+/).filter((host) => host !== '');
  for (const host of hosts) {
    if (HOST.test(host)) continue;
    throw new Problem(
      `CONCENTRIC_SLIDE_HOSTS names "${host}", which is not a host. Write it as https://slides.example.org.`,
    );
  }
  return hosts;
}

/** The content security policy of documents and worker scripts. */
export function contentSecurityPolicy(slideHosts: readonly string[]): string {
  const connect = ["'self'", 'blob:', 'http://localhost:*', 'http://127.0.0.1:*', ...slideHosts];
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval' blob:",
    "worker-src 'self' blob:",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    "manifest-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    `connect-src ${connect.join(' ')}`,
  ].join('; ');
}

/** Headers of every response. Isolation (the first two) is what gives WebAssembly its threads. */
export const commonHeaders: Readonly<Record<string, string>> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': DENIED_FEATURES.map((feature) => `${feature}=()`).join(', '),
  'X-Content-Type-Options': 'nosniff',
};

const META = /\s*<meta http-equiv="Content-Security-Policy"[^>]*>/i;

/** `html` with the policy as the first thing in its head, in the place of one it may have. */
export function withPolicyMeta(html: string, policy: string): string {
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  return html.replace(META, '').replace(/<head[^>]*>/i, (head) => `${head}\n    ${meta}`);
}
