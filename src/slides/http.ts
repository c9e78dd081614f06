// fetch with failures in words. It knows HTTP and the browser's refusals, not what is fetched.

import { isAbort } from '../lib/abort.ts';
import { Failure } from '../lib/failure.ts';
import { whyBlocked } from './blocked-fetch.ts';

/**
 * Fetches `url` and returns the response when its status is 2xx.
 * @throws Failure `not-found`, `network` (trying again may help), `cors`, `host-not-allowed`; an AbortError.
 */
export async function fetchOk(url: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetchIfThere(url, init);
  if (response !== null) return response;
  throw nothingAt(url);
}

/** As `fetchOk`, but null where the server says that there is nothing (404, 410). */
export async function fetchIfThere(url: string, init: RequestInit = {}): Promise<Response | null> {
  const response = await fetchAny(url, init);
  if (response.ok) return response;
  await response.body?.cancel();
  if (response.status === 404 || response.status === 410) return null;
  throw refused(url, response.status);
}

/**
 * Asks for the bytes [start, end) of `url`. The answer has status 206 and these bytes, or 200 and the whole file from
 * a server that ignores ranges. The browser's cache is left out: it lets requests for parts of one file wait for each
 * other, and we keep the parts ourselves.
 * @throws as `fetchOk`.
 */
export async function fetchRange(
  url: string,
  start: number,
  end: number,
  signal: AbortSignal,
): Promise<Response | 'beyond-end'> {
  const headers = { Range: `bytes=${start}-${end - 1}` };
  const response = await fetchAny(url, { headers, signal, cache: 'no-store' });
  if (response.ok) return response;
  await response.body?.cancel();
  if (response.status === 416) return 'beyond-end';
  if (response.status === 404 || response.status === 410) throw nothingAt(url);
  throw refused(url, response.status);
}

function nothingAt(url: string): Failure {
  return new Failure('not-found', `There is nothing at ${url}. Check the address.`);
}

function refused(url: string, status: number): Failure {
  return status === 401 || status === 403
    ? new Failure('network', `The server does not give out ${url} (${status}). Sign in there, or ask for access.`)
    : new Failure('network', `The server failed to send ${url} (${status}). Try again later.`);
}

/**
 * The bytes of a response.
 * @throws Failure `network` when the connection breaks; an AbortError.
 */
export async function bodyOf(response: Response, signal?: AbortSignal): Promise<ArrayBuffer> {
  try {
    return await response.arrayBuffer();
  } catch (error) {
    if (signal?.aborted || isAbort(error)) throw error;
    throw brokenOff(response.url, error);
  }
}

export function brokenOff(url: string, cause: unknown): Failure {
  return new Failure('network', `The connection broke while ${url} was read. Try again.`, { cause });
}

async function fetchAny(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted || isAbort(error)) throw error;
    throw await explain(url, error);
  }
}

async function explain(url: string, cause: unknown): Promise<Failure> {
  const reason = await whyBlocked(url);
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
