// What pages of Concentric may do: the content security policy and its companions, in one place for the build (a meta
// element in index.html, for hosts that send no headers), the server (headers) and the service worker (both). The page
// talks to its own origin, to slide servers on this computer, and to hosts that were named; to nobody else.

/** Browser features that a slide viewer has no use for; the few it has (isolation, full screen) are not named. */
const DENIED_FEATURES = [
  'accelerometer',
  'autoplay',
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

/** `policy` as the header of a document has it: who may frame the page is said there, since a meta element can't. */
export function documentPolicy(policy: string): string {
  return `${policy}; frame-ancestors 'self' http://localhost:* http://127.0.0.1:*`;
}

/** `policy` with further hosts that it lets the page connect to. They must be hosts: see slide-hosts.ts. */
export function widenedPolicy(policy: string, hosts: readonly string[]): string {
  return policy.replace(/\bconnect-src [^;]*/, (directive) =>
    [directive.trimEnd(), ...hosts.filter((host) => !directive.split(' ').includes(host))].join(' '),
  );
}

/** Headers of every response. Isolation (the first two) is what gives WebAssembly its threads. */
export const commonHeaders: Readonly<Record<string, string>> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': DENIED_FEATURES.map((feature) => `${feature}=()`).join(', '),
  'X-Content-Type-Options': 'nosniff',
  'X-DNS-Prefetch-Control': 'off',
};

const META = /\s*<meta http-equiv="Content-Security-Policy" content="([^"]*)"[^>]*>/i;

/** `html` with the policy as the first thing in its head, in the place of one it may have. */
export function withPolicyMeta(html: string, policy: string): string {
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  return html.replace(META, '').replace(/<head[^>]*>/i, (head) => `${head}\n    ${meta}`);
}

/** The policy that `html` brings; null when it brings none. */
export function policyInPage(html: string): string | null {
  return META.exec(html)?.[1] ?? null;
}
