// A DICOM slide from a web service (DICOMweb, PS3.18): QIDO-RS finds the series of a study, WADO-RS gives its metadata
// and frames. Three kinds of GET, made with the fetch that all formats share, so that refusals by the page's policy or by
// the server are told in words and can be stopped; the client libraries speak XMLHttpRequest and can do neither.

import { Failure, isFailure } from '../../lib/failure.ts';
import { type RetryOptions, withRetries } from '../../lib/retry.ts';
import { bodyOf, fetchIfThere } from '../bytes/http.ts';
import type { SlideSource } from '../slide-source.ts';
import { dicomSlide, type FrameReader } from './dicom.ts';
import { type DicomImage, dicomImage } from './dicom-image.ts';
import { jsonAttributes } from './dicom-json.ts';
import { seriesName } from './dicom-name.ts';
import { studyAndSeries } from './dicomweb-link.ts';
import { firstPart } from './multipart.ts';

const JSON_TYPE = 'application/dicom+json';
/**
 * What is asked for, one at a time, until the server gives a frame: as it is stored before anything else, since servers
 * may pack JPEG 2000 anew to please a wish for JPEG. In one header they would be an order of preference by the standard,
 * but Orthanc takes the last of several.
 */
const FRAME_TYPES = [
  'multipart/related; type="application/octet-stream"; transfer-syntax=*',
  'multipart/related; type="image/jpeg"; transfer-syntax=1.2.840.10008.1.2.4.50',
  'multipart/related; type="image/jp2"; transfer-syntax=1.2.840.10008.1.2.4.90',
] as const;

/** Identifiers become parts of addresses: nothing else may. */
const UID = /^\d[\d.]*$/;

/**
 * Opens the slide that a series holds; of a study the only one.
 * @throws Failure `not-found`, `not-a-slide`, `unsupported-format`, `damaged`, `bad-argument`, and what fetching throws;
 * an AbortError.
 */
export async function openDicomWeb(link: string, retry: RetryOptions, signal: AbortSignal): Promise<SlideSource> {
  const service = new Service(new URL(link).search, retry);
  const series = await seriesLink(link, service, signal);
  const instances = await service.json(`${series}/metadata`, signal);
  const images = instances.flatMap((instance) => dicomImage(jsonAttributes(instance)) ?? []);
  if (!images.every(({ sopInstanceUid }) => UID.test(sopInstanceUid))) {
    const message = `The metadata at ${series} names its images in no sound way. Ask whoever runs the server.`;
    throw new Failure('damaged', message);
  }
  const name = seriesName(jsonAttributes(instances[0]));
  return dicomSlide(
    name || `DICOM series …${series.slice(-12)}`,
    'DICOM (DICOMweb)',
    images,
    new WebFrames(series, service),
  );
}

async function seriesLink(link: string, service: Service, signal: AbortSignal): Promise<string> {
  const { study, series } = studyAndSeries(link);
  if (series !== null) return series;
  const found = await service.json(`${study}/series?Modality=SM`, signal);
  // What is no identifier would lead to another place of the server.
  const uids = found.flatMap((one) => jsonAttributes(one).texts('SeriesInstanceUID')).filter((uid) => UID.test(uid));
  const links = [...new Set(uids)].map((uid) => `${study}/series/${uid}`);
  const [only, another] = links;
  if (only === undefined)
    throw new Failure('not-a-slide', `The study at ${study} holds no whole-slide image. Open the study of a slide.`);
  if (another !== undefined) {
    throw new Failure(
      'bad-argument',
      `This study holds ${links.length} slides (${links.join(' ')}). Open one of them.`,
    );
  }
  return only;
}

/** One server; the link's query (a key, often) goes along to each address. */
class Service {
  bytesRead = 0;
  readonly #query: string;
  readonly #retry: RetryOptions;

  constructor(query: string, retry: RetryOptions) {
    this.#query = query;
    this.#retry = retry;
  }

  /** Null where there is nothing. */
  async get(url: string, accept: string, signal: AbortSignal): Promise<{ body: ArrayBuffer; type: string } | null> {
    const address = new URL(url);
    for (const [key, value] of new URLSearchParams(this.#query)) address.searchParams.append(key, value);
    const ask = async () => {
      const response = await fetchIfThere(address.href, { signal, headers: { Accept: accept } });
      if (response === null) return null;
      return { body: await bodyOf(response, signal), type: response.headers.get('Content-Type') ?? '' };
    };
    const answer = await withRetries(ask, this.#retry, signal);
    this.bytesRead += answer?.body.byteLength ?? 0;
    return answer;
  }

  /** A list of data sets. */
  async json(url: string, signal: AbortSignal): Promise<readonly unknown[]> {
    const answer = await this.get(url, JSON_TYPE, signal);
    if (answer === null) throw new Failure('not-found', `There is no DICOM series at ${url}. Check the address.`);
    // No content: nothing matches.
    if (answer.body.byteLength === 0) return [];
    let list: unknown;
    try {
      list = JSON.parse(new TextDecoder().decode(answer.body));
    } catch (cause) {
      throw new Failure(
        'not-a-slide',
        `The server's answer at ${url} is no DICOM metadata. Give the link of a series at a DICOMweb service.`,
        {
          cause,
        },
      );
    }
    return Array.isArray(list) ? list : [list];
  }
}

class WebFrames implements FrameReader {
  readonly #series: string;
  readonly #service: Service;
  /** What worked, once something has. */
  #accepted: string | null = null;

  constructor(series: string, service: Service) {
    this.#series = series;
    this.#service = service;
  }

  get bytesRead(): number {
    return this.#service.bytesRead;
  }

  async read({ sopInstanceUid }: DicomImage, frame: number, signal: AbortSignal) {
    const url = `${this.#series}/instances/${sopInstanceUid}/frames/${frame + 1}`;
    const refusals: Failure[] = [];
    for (const accept of this.#accepted === null ? FRAME_TYPES : [this.#accepted]) {
      try {
        const answer = await this.#service.get(url, accept, signal);
        if (answer === null) return null;
        this.#accepted = accept;
        return firstPart(new Uint8Array(answer.body), answer.type);
      } catch (error) {
        if (!isFailure(error, 'network')) throw error;
        refusals.push(error);
      }
    }
    throw refusals[0];
  }

  close(): void {}
}
