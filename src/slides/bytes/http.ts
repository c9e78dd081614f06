// fetch with failures in words. It knows HTTP and the browser's refusals, not what is fetched.

import { isAbort } from '../../lib/abort.ts';
import { blockedFailure } from '../../lib/blocked-fetch.ts';
import { Failure } from '../../lib/failure.ts';

/** A server that has not begun to answer by then won't: the request is given up, and may be tried again. */
const answerWithinMs = 30_000;
/** Answers that a later request may not get: too early, too many, the server's own trouble. */
const passingStatuses = [408, 425, 429];

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
  if (status === 401 || status === 403) {
    const message = `The server does not give out ${url} (${status}). Sign in there, or ask for access.`;
    return new Failure('network', message, { mayPass: false });
  }
  const mayPass = status >= 500 || passingStatuses.includes(status);
  return new Failure('network', `The server failed to send ${url} (${status}). Try again later.`, { mayPass });
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
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), answerWithinMs);
  const signal = init.signal ? AbortSignal.any([init.signal, patience.signal]) : patience.signal;
  try {
    return await fetch(url, { ...init, signal });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    if (patience.signal.aborted) {
      const message = `The server did not answer for ${url} within ${answerWithinMs / 1000} seconds. Try again later.`;
      throw new Failure('network', message, { cause: error });
    }
    if (isAbort(error)) throw error;
    throw await blockedFailure(url, error, init);
  } finally {
    clearTimeout(timer);
  }
}
