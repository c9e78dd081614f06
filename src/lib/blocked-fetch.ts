// Finds out why the browser refused a fetch. The error says the same words for a dead server, a server without CORS
// headers and the page's own policy; the reports that the browser files beside it do not.

import { Failure } from './failure.ts';

/** How long the browser may take to file its report, once a fetch has failed. */
const REPORT_WAIT_MS = 300;

const refusedByPolicy = new Set<string>();
const answeredWithoutLeave = new Set<string>();

function watchReports(): boolean {
  if (typeof self === 'undefined' || !('addEventListener' in self)) return false;
  self.addEventListener('securitypolicyviolation', (event) => {
    const origin = originOf((event as SecurityPolicyViolationEvent).blockedURI);
    if (origin !== null) refusedByPolicy.add(origin);
  });
  if (typeof ReportingObserver === 'undefined') return false;
  // An isolated page bars even an opaque answer, but reports it: so the server is there.
  const observer = new ReportingObserver(
    (reports) => {
      for (const { body } of reports) {
        // Chromium shows what is in it only as JSON.
        const { blockedURL } = JSON.parse(JSON.stringify(body ?? {})) as { blockedURL?: unknown };
        if (typeof blockedURL === 'string') answeredWithoutLeave.add(blockedURL);
      }
    },
    { types: ['coep'] },
  );
  observer.observe();
  return true;
}
const hearsReports = watchReports();

/** `policy`: the page's own policy bars that host. `cors`: the server answers but lets no page of ours read. `unreachable`: nobody answers. */
type BlockedReason = 'policy' | 'cors' | 'unreachable';

/** Why a fetch of `url` threw. Asks the server once more, without wanting to read the answer. */
async function whyBlocked(url: string): Promise<BlockedReason> {
  const origin = originOf(url);
  if (origin === null || origin === globalThis.location?.origin) return 'unreachable';
  if (await within(() => refusedByPolicy.has(origin))) return 'policy';
  if (globalThis.navigator?.onLine === false) return 'unreachable';
  try {
    const answer = await fetch(url, { mode: 'no-cors', headers: {}, cache: 'no-store' });
    await answer.body?.cancel();
    return 'cors';
  } catch {
    if (globalThis.crossOriginIsolated !== true) return 'unreachable';
    // Without reports an isolated page can't tell; the missing header is by far the more common case.
    if (!hearsReports) return 'cors';
    return (await within(() => answeredWithoutLeave.has(new URL(url).href))) ? 'cors' : 'unreachable';
  }
}

/** The network may be back since the fetch failed: a server that lets the same request through now was never unwilling. */
async function isReadNow(url: string, { method, headers }: RequestInit): Promise<boolean> {
  try {
    const answer = await fetch(url, { cache: 'no-store', ...(method && { method }), ...(headers && { headers }) });
    await answer.body?.cancel();
    return true;
  } catch {
    return false;
  }
}

/** The failure for a fetch of `url` with `init` that threw `cause`: `host-not-allowed`, `cors` or `network`. */
export async function blockedFailure(url: string, cause: unknown, init: RequestInit = {}): Promise<Failure> {
  const found = await whyBlocked(url);
  const reason = found === 'cors' && (await isReadNow(url, init)) ? 'unreachable' : found;
  const host = URL.canParse(url) ? new URL(url).host : url;
  switch (reason) {
    case 'policy':
      return new Failure(
        'host-not-allowed',
        `This page may not read from ${host}. Allow the host, or ask whoever runs the page to add it to the slide hosts.`,
        { cause },
      );
    case 'cors':
      return new Failure(
        'cors',
        `${host} does not let this page read its files. The server must send the header ` +
          `Access-Control-Allow-Origin: ${globalThis.location?.origin ?? '*'}; ask whoever runs it.`,
        { cause },
      );
    case 'unreachable':
      return new Failure('network', `${host} can't be reached. Check the address and the connection.`, { cause });
    default:
      return reason satisfies never;
  }
}

async function within(happened: () => boolean): Promise<boolean> {
  const deadline = Date.now() + REPORT_WAIT_MS;
  while (!happened() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
  return happened();
}

function originOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).origin : null;
}
