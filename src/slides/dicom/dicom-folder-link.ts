// A folder of DICOM files behind a link: the server answers with the names of the files, which are then read by range.

import { Failure } from '../../lib/failure.ts';
import type { RetryOptions } from '../../lib/retry.ts';
import { bodyOf, fetchOk } from '../bytes/http.ts';
import { RemoteBytes, sizeOfLink } from '../bytes/remote-bytes.ts';
import { fileNameOf } from '../file-name.ts';
import type { SlideSource } from '../slide-source.ts';
import { type DicomFileSource, openDicomFiles } from './dicom-files.ts';

/** Far more instances than any slide has. */
const MAX_FILES = 10_000;

/**
 * Opens the slide in the folder at `url`, which ends in "/" and answers `{ "files": [names] }`.
 * @throws Failure `not-a-slide` when it answers anything else, and as `openDicomFiles`; an AbortError.
 */
export async function openDicomFolder(url: string, retry: RetryOptions, signal: AbortSignal): Promise<SlideSource> {
  const text = new TextDecoder().decode(await bodyOf(await fetchOk(url, { signal }), signal));
  const names = namesIn(text);
  if (names === null || names.length > MAX_FILES) {
    throw new Failure(
      'not-a-slide',
      `${url} is a folder that does not list a slide. Give the link of the slide's file, or of a DICOMweb series.`,
    );
  }
  const files = names.map((name): DicomFileSource => {
    const link = new URL(encodeURIComponent(name), url).href;
    const source = new RemoteBytes(link, retry);
    return { name, source, sizeOf: async (wanted) => source.size ?? sizeOfLink(link, wanted) };
  });
  return openDicomFiles(files, fileNameOf(url.replace(/\/+$/, '')), signal);
}

function namesIn(text: string): readonly string[] | null {
  try {
    const { files } = JSON.parse(text) as { files?: unknown };
    return Array.isArray(files) && files.every((name) => typeof name === 'string') ? files : null;
  } catch {
    return null;
  }
}
