// Reads the files of a model folder, over http or from files picked on the own computer, and checks each against the
// manifest's sha256. Files are held only until the model is built. It does not know what is in them.

import { isAbort } from '../../lib/abort.ts';
import { blockedFailure } from '../../lib/blocked-fetch.ts';
import { ByteAllowance, readBounded, readBoundedFile } from '../../lib/bounded-body.ts';
import { Failure } from '../../lib/failure.ts';
import type { ModelOrigin } from '../model-info.ts';
import { type ModelManifest, parseManifest } from './manifest.ts';
import { isSafePath } from './safe-path.ts';
import { sha256Hex } from './sha256.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** The most that a file may have which no other file states the length of: manifest, graph, golden outputs, card. */
const TEXT_BYTES = 1 << 26;

/** The folder as it lies there, unchecked. */
interface FolderSource {
  /** Named in sentences. */
  readonly name: string;
  /** The file's bytes, null when it is not there. @throws Failure `network`, `model-invalid` beyond `allowance`; an AbortError. */
  read(path: string, allowance: ByteAllowance): Promise<Bytes | null>;
}

/** A folder whose manifest has been read and checked. */
export class ModelFolder {
  readonly manifest: ModelManifest;
  readonly #source: FolderSource;
  readonly #sums = new Map<string, string>();

  private constructor(source: FolderSource, manifest: ModelManifest) {
    this.#source = source;
    this.manifest = manifest;
  }

  /** @throws Failure `model-not-found`, `model-invalid`, `network`. */
  static async open(origin: ModelOrigin, signal?: AbortSignal): Promise<ModelFolder> {
    const source = origin.kind === 'url' ? urlSource(origin.url, signal) : fileSource(origin.files);
    const bytes = await source.read('manifest.json', new ByteAllowance(TEXT_BYTES));
    if (bytes === null || looksLikePage(bytes)) {
      throw new Failure(
        'model-not-found',
        `There is no model in ${source.name}: it holds no manifest.json. Check the name, or choose the folder that holds it.`,
      );
    }
    const folder = new ModelFolder(source, parseManifest(parseJson(bytes, 'manifest.json')));
    folder.#sums.set('manifest.json', await sha256Hex(bytes));
    return folder;
  }

  /**
   * A file of the folder, checked against x_files. `allowance`: what it may have, taken from it while it is read.
   * @throws Failure `model-not-found`, `model-hash`, `model-invalid` for a path that leaves the folder or a longer file.
   */
  async read(path: string, allowance = new ByteAllowance(TEXT_BYTES)): Promise<Bytes> {
    if (!isSafePath(path)) {
      throw new Failure(
        'model-invalid',
        `The model names the file "${path}", which is not inside its folder. It was not loaded; ask whoever made it.`,
      );
    }
    const bytes = await this.#source.read(path, allowance);
    if (bytes === null) {
      throw new Failure(
        'model-not-found',
        `The model's file ${path} is not in ${this.#source.name}. Get the whole folder again.`,
      );
    }
    await this.#check(path, bytes);
    return bytes;
  }

  /** The same as JSON. @throws Failure as `read`, and `model-invalid` when it is none. */
  async readJson(path: string): Promise<unknown> {
    return parseJson(await this.read(path), path);
  }

  /** A text that may be left out of the folder, such as the model card. */
  async readOptionalText(path: string): Promise<string | null> {
    const bytes = isSafePath(path) ? await this.#source.read(path, new ByteAllowance(TEXT_BYTES)) : null;
    if (bytes === null || looksLikePage(bytes)) return null;
    if (this.manifest.files?.has(path)) await this.#check(path, bytes);
    return new TextDecoder().decode(bytes);
  }

  /**
   * Names the folder's content: sha256, in hex, of one line "path sha256" a file, sorted by path, each ended by a line
   * feed. The files are the manifest and those x_files states, else those read so far.
   */
  async sha256(): Promise<string> {
    const sums = new Map([...(this.manifest.files ?? []), ...this.#sums]);
    const lines = [...sums].map(([path, sum]) => `${path} ${sum}\n`).sort();
    return sha256Hex(new TextEncoder().encode(lines.join('')));
  }

  async #check(path: string, bytes: Bytes): Promise<void> {
    const sum = await sha256Hex(bytes);
    const stated = this.manifest.files?.get(path);
    if (this.manifest.files !== null && stated !== sum) {
      const what =
        stated === undefined
          ? 'is not listed in x_files'
          : 'is not the file that the manifest describes: its sha256 differs';
      throw new Failure(
        'model-hash',
        `The model's file ${path} ${what}. The folder may be damaged or mixed; get it again.`,
      );
    }
    this.#sums.set(path, sum);
  }
}

function urlSource(folderUrl: string, signal: AbortSignal | undefined): FolderSource {
  return {
    name: folderUrl,
    async read(path, allowance) {
      const url = new URL(path.split('/').map(encodeURIComponent).join('/'), folderUrl);
      try {
        const response = await fetch(url, { ...(signal === undefined ? {} : { signal }) });
        if (response.status === 404 || response.status === 410) return null;
        if (!response.ok) {
          throw new Failure('network', `The server answered ${response.status} for ${url.href}. Try again later.`);
        }
        return (await readBounded(response, allowance)) ?? tooLong(path, allowance);
      } catch (error) {
        if (error instanceof Failure || isAbort(error)) throw error;
        throw await blockedFailure(url.href, error);
      }
    },
  };
}

function fileSource(files: readonly File[]): FolderSource {
  const pathOf = (file: File) => file.webkitRelativePath || file.name;
  const manifests = files.map(pathOf).filter((path) => path.split('/').at(-1) === 'manifest.json');
  const shallowest = manifests.sort((a, b) => a.split('/').length - b.split('/').length)[0] ?? '';
  const prefix = shallowest.slice(0, -'manifest.json'.length);
  const byPath = new Map(files.map((file) => [pathOf(file), file]));
  return {
    name: prefix === '' ? 'the chosen files' : `the folder ${prefix.slice(0, -1)}`,
    async read(path, allowance) {
      const file = byPath.get(prefix + path);
      return file === undefined ? null : ((await readBoundedFile(file, allowance)) ?? tooLong(path, allowance));
    },
  };
}

function tooLong(path: string, { bytes }: ByteAllowance): never {
  throw new Failure(
    'model-invalid',
    `The model's file ${path} is longer than it may be, ${bytes} bytes, and was not read to its end. Get the whole folder again, or export the model anew.`,
  );
}

/** A server of a one-page app answers any address with its page. */
function looksLikePage(bytes: Bytes): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 64)).trimStart().startsWith('<');
}

function parseJson(bytes: Bytes, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new Failure('model-invalid', `The model's file ${path} is not JSON. Get the whole folder again.`, {
      cause: error,
    });
  }
}
