// Listing and loading models. The model loaded before stays when a new one fails, and loading never fails because of
// the slide that is open.

import type { ModelOrigin } from '../inference/inference.contract.ts';
import { Failure } from '../lib/failure.ts';
import { Latest } from '../lib/latest.ts';
import type { Backend, ListedModel, ModelDetails, ModelInfo } from '../model/model-info.ts';
import { type AppContext, asFailure } from './app-context.ts';

export interface Models {
  list(): Promise<readonly ListedModel[]>;
  /** The listed models' cards, into the store; one that can't be read is left out. */
  readCards(): Promise<void>;
  load(idOrUrl: string | readonly File[], options?: { backend?: Backend }): Promise<ModelInfo>;
  /** The loaded model; waits for one that loads. @throws Failure `model-not-found` when there is none. */
  need(): Promise<ModelDetails>;
  loaded(): ModelDetails | null;
  /** What brings the model back from an address; null when no address can. */
  address(): string | null;
}

/** `onLoaded` is called when another model has taken the place of the one before. */
export function createModels(context: AppContext, onLoaded: () => void): Models {
  const { store, inference, stats, baseUrl } = context;
  const loading = new Latest('loadModel');
  const modelsUrl = new URL('models/', baseUrl).href;
  let details: ModelDetails | null = null;
  let address: string | null = null;
  let pending: Promise<unknown> = Promise.resolve();
  let listed: Promise<readonly ListedModel[]> | null = null;

  const models: Models = {
    list() {
      listed ??= inference.call('listModels', { modelsUrl }).then((entries) => {
        store.setState({ models: entries });
        return entries;
      });
      return listed;
    },
    async readCards() {
      for (const { id, about } of await models.list()) {
        if (about?.cardUrl == null || store.getState().modelCards[id] !== undefined) continue;
        const response = await fetch(about.cardUrl).catch(() => null);
        if (response?.ok !== true) continue;
        const text = await response.text();
        store.setState((state) => ({ modelCards: { ...state.modelCards, [id]: text } }));
      }
    },
    load(idOrUrl, options = {}) {
      const load = loading.run(async (signal) => {
        const wanted = resolveModel(idOrUrl, modelsUrl, baseUrl);
        store.setState({ model: { status: 'loading', id: wanted.id, previous: details } });
        try {
          const loaded = await inference.call(
            'loadModel',
            {
              origin: wanted.origin,
              id: wanted.id,
              ...(options.backend === undefined ? {} : { backend: options.backend }),
            },
            { signal },
          );
          details = loaded;
          address = wanted.address;
          store.setState({ model: { status: 'ready', details: loaded } });
          onLoaded();
          await stats.refresh();
          return infoOf(loaded);
        } catch (error) {
          if (!signal.aborted) {
            store.setState({
              model:
                details === null
                  ? { status: 'failed', id: wanted.id, failure: asFailure(error) }
                  : { status: 'ready', details },
            });
          }
          throw error;
        }
      });
      pending = load.catch(() => undefined);
      return load;
    },
    async need() {
      await pending;
      if (details === null) throw new Failure('model-not-found', 'No model is loaded. Choose a model first.');
      return details;
    },
    loaded: () => details,
    address: () => address,
  };
  return models;
}

function infoOf(details: ModelDetails): ModelInfo {
  const { id, title, version, classNames, spacings, patchSize, backend, selfTest } = details;
  return { id, title, version, classNames, spacings, patchSize, backend, selfTest };
}

/** An id names a folder beside the app's own models; anything with a slash is a link to a model folder. */
function resolveModel(
  from: string | readonly File[],
  modelsUrl: string,
  baseUrl: string,
): { id: string; origin: ModelOrigin; address: string | null } {
  if (typeof from !== 'string') {
    const first = from[0];
    if (first === undefined) throw new Failure('bad-argument', 'No file was given. Choose the folder of a model.');
    const folder = first.webkitRelativePath.split('/')[0] || 'own model';
    return { id: folder, origin: { kind: 'files', files: from }, address: null };
  }
  if (from.trim() === '') throw new Failure('bad-argument', 'The model is not named. Give its id or its link.');
  const isId = /^[\w-]+$/.test(from);
  const base = isId ? modelsUrl : baseUrl;
  const link = from.replace(/manifest\.json$/, '');
  if (!URL.canParse(link, base)) {
    throw new Failure(
      'bad-argument',
      `"${from}" is neither the id of a model nor a link to a model folder. Give one of them.`,
    );
  }
  const url = new URL(link.endsWith('/') ? link : `${link}/`, base).href;
  return { id: isId ? from : (url.split('/').at(-2) ?? from), origin: { kind: 'url', url }, address: from };
}
