// Answers the requests of the app: the built page with its policy, the slide list, slides of a folder, everything else
// from dist/. Only for this computer: a page of another site that had its name pointed here is turned away.

import { readFile } from 'node:fs/promises';
import type { IncomingMessage, OutgoingHttpHeaders, RequestListener, ServerResponse } from 'node:http';
import { join } from 'node:path';
import {
  commonHeaders,
  contentSecurityPolicy,
  documentPolicy,
  withPolicyMeta,
} from '../../src/policy/content-security-policy.ts';
import { serviceWorkerFile } from '../build/service-worker-file.ts';
import { pathParts, resolveInside } from './inside.ts';
import { findCohortFile, listCohorts } from './local-cohorts.ts';
import { dicomFiles, findSlideFile, listSlides, type SlideEntry } from './local-slides.ts';
import { mediaType } from './mime.ts';
import { sendFile } from './send-file.ts';

export interface Served {
  /** The built app. */
  readonly distDir: string;
  /** A folder with slides of the user, or null. */
  readonly slidesDir: string | null;
  /** Hosts that pages may read slides from, as CSP takes them. */
  readonly slideHosts: readonly string[];
}

const phantom: SlideEntry = { id: 'phantom', title: 'Phantom (made slide)', url: 'slides/phantom/phantom.dzi' };

const loopbackHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/** Hashed names never change their content; all else is asked for again, and mostly not sent again. */
const forever = 'public, max-age=31536000, immutable';
const askAgain = 'no-cache';

export function createHandler(served: Served): RequestListener {
  const policy = contentSecurityPolicy(served.slideHosts);

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const parts = pathParts(request.url ?? '');
    if (parts === null) return false;
    const path = parts.join('/');
    if (path === '' || path === 'index.html') return sendPage(request, response);
    if (path === 'slides/index.json') {
      const local = served.slidesDir === null ? [] : await listSlides(served.slidesDir);
      const cohorts = served.slidesDir === null ? [] : await listCohorts(served.slidesDir);
      return sendJson(request, response, { slides: [phantom, ...local], cohorts });
    }
    if (path === serviceWorkerFile) return sendServiceWorker(request, response);
    if (path.startsWith('slides/cohorts/')) {
      const file = served.slidesDir === null ? null : await findCohortFile(served.slidesDir, parts.slice(2));
      return file !== null && sendFile(request, response, file, { 'Cache-Control': `private, ${askAgain}` });
    }
    if (path.startsWith('slides/local/')) return sendSlide(request, response, parts.slice(2));
    const file = await resolveInside(served.distDir, parts);
    if (file === null) return false;
    const isCode = /^text\/(html|javascript)/.test(mediaType(file));
    return sendFile(request, response, file, {
      'Cache-Control': parts[0] === 'assets' ? forever : askAgain,
      ...(isCode ? { 'Content-Security-Policy': policy } : {}),
    });
  };

  /** The policy in the page was written when it was built, and could only be made tighter by a header: it is renewed. */
  const sendPage = async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const html = await readFile(join(served.distDir, 'index.html'), 'utf8');
    return sendText(request, response, withPolicyMeta(html, policy), {
      'Content-Type': mediaType('index.html'),
      'Content-Security-Policy': documentPolicy(policy),
    });
  };

  /** It keeps the page with its policy: when that changes, its bytes must too, or browsers keep the old one. */
  const sendServiceWorker = async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const script = await readFile(join(served.distDir, serviceWorkerFile), 'utf8').catch(() => null);
    return (
      script !== null &&
      sendText(request, response, `${script}// ${policy}\n`, {
        'Content-Type': mediaType(serviceWorkerFile),
        'Content-Security-Policy': policy,
      })
    );
  };

  const sendSlide = async (
    request: IncomingMessage,
    response: ServerResponse,
    parts: readonly string[],
  ): Promise<boolean> => {
    const [name = '', ...rest] = parts;
    if (served.slidesDir === null) return false;
    if (rest.length === 1 && rest[0] === '') {
      const files = await dicomFiles(served.slidesDir, name);
      return files !== null && sendJson(request, response, { files });
    }
    const file = await findSlideFile(served.slidesDir, parts);
    return file !== null && sendFile(request, response, file, { 'Cache-Control': `private, ${askAgain}` });
  };

  return (request, response) => {
    for (const [name, value] of Object.entries(commonHeaders)) response.setHeader(name, value);
    if (!loopbackHost.test(request.headers.host ?? '')) return refuse(response, 403, 'Only for this computer.');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      return refuse(response, 405, 'Only GET and HEAD.');
    }
    answer(request, response).then(
      (isAnswered) => isAnswered || refuse(response, 404, 'There is nothing here.'),
      (error: unknown) => {
        // A reader that went away needs no answer.
        if (response.headersSent) return response.destroy();
        console.error(error);
        return refuse(response, 500, 'The server failed.');
      },
    );
  };
}

function refuse(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { 'Content-Type': mediaType('.txt'), 'Cache-Control': 'no-store' }).end(`${sentence}\n`);
}

function sendJson(request: IncomingMessage, response: ServerResponse, value: unknown): boolean {
  return sendText(request, response, JSON.stringify(value), { 'Content-Type': mediaType('.json') });
}

function sendText(
  request: IncomingMessage,
  response: ServerResponse,
  text: string,
  headers: OutgoingHttpHeaders,
): boolean {
  const body = Buffer.from(text);
  response.writeHead(200, { 'Cache-Control': askAgain, 'Content-Length': body.length, ...headers });
  response.end(request.method === 'HEAD' ? undefined : body);
  return true;
}
