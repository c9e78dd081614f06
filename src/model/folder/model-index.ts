// The list of models that are served beside the app: public/models/index.json names the folders, each folder's manifest
// names its classes. It loads no weights.

import { Failure } from '../../lib/failure.ts';
import { check, z } from '../../lib/schema.ts';
import type { ListedModel, ModelSummary } from '../model-info.ts';
import type { ModelManifest } from './manifest.ts';
import { ModelFolder } from './model-folder.ts';
import { isSafePath } from './safe-path.ts';

const indexSchema = z.object({ models: z.array(z.object({ id: z.string().regex(/^[\w-]+$/), title: z.string() })) });

/**
 * Models in `modelsUrl` (ends in "/"). A folder that can't be read stays in the list without class names: choosing it
 * tells what is wrong.
 * @throws Failure `model-not-found` when there is no list, `model-invalid` when it makes no sense.
 */
export async function listModels(modelsUrl: string): Promise<readonly ListedModel[]> {
  const url = new URL('index.json', modelsUrl).href;
  const response = await fetch(url).catch(() => null);
  if (!response?.ok) {
    throw new Failure(
      'model-not-found',
      `The list of models, ${url}, can't be read. Reload the page, or load a model from its folder.`,
    );
  }
  const index = check(indexSchema, await response.json().catch(() => null));
  if (!index.success) {
    throw new Failure(
      'model-invalid',
      `The list of models, ${url}, makes no sense. It must hold "models" with an id and a title each.`,
    );
  }
  return Promise.all(
    index.data.models.map(async ({ id, title }) => {
      const url = new URL(`${id}/`, modelsUrl).href;
      const folder = await ModelFolder.open({ kind: 'url', url }).catch(() => null);
      if (folder === null) return { id, title, classNames: [], about: null };
      return { id, title, classNames: folder.manifest.classNames, about: summaryOf(folder.manifest, url) };
    }),
  );
}

function summaryOf(manifest: ModelManifest, folderUrl: string): ModelSummary {
  const { version, classColors, tissue, stain, licence, spacings, patchSizePx, card } = manifest;
  const cardUrl = card === null || !isSafePath(card) ? null : new URL(card, folderUrl).href;
  return { version, classColors, tissue, stain, licence, spacings, patchSize: patchSizePx, cardUrl };
}
