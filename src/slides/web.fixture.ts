// A web for tests without a network: what is not listed is 404.

import { vi } from 'vitest';

/** Answers fetch from `files`, by whole address; gives the list of all addresses asked for. Undone by unstubAllGlobals. */
export function serveWeb(files: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url);
    const content = files[url];
    return content === undefined ? new Response(null, { status: 404 }) : new Response(content);
  });
  return asked;
}
