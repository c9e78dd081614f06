// The models beside each other: what each was made for, what it needs and whether this slide has it, and its card. Loaded
// when first asked for.

import '../styles/models.css';
import { useEffect } from 'react';
import type { ListedModel, ModelSummary } from '../../model/model-info.ts';
import { useActions, useAppState, useDialog } from '../app-context.tsx';
import { Swatch } from '../layers/Swatch.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { humanClassName } from '../parts/format.ts';
import { SpacingTable } from '../run/SpacingTable.tsx';
import { usedModel } from '../selectors.ts';
import { panelStrings } from '../strings/panel-strings.ts';
import { ModelCard } from './ModelCard.tsx';

const words = panelStrings.model;

export function ModelsDialog() {
  const { readModelCards } = useActions();
  const { showDialog } = useDialog();
  const models = useAppState((state) => state.models);
  useEffect(() => readModelCards(), [readModelCards]);
  return (
    <Dialog title={words.compareTitle} onClose={() => showDialog(null)}>
      <p className="hint">{words.compareIntro}</p>
      <ul className="models">
        {models.map((model) => (
          <ModelEntry key={model.id} model={model} />
        ))}
      </ul>
    </Dialog>
  );
}

function ModelEntry({ model: { id, title, classNames, about } }: { readonly model: ListedModel }) {
  const { loadModel } = useActions();
  const { showDialog } = useDialog();
  const isUsed = useAppState((state) => usedModel(state)?.id === id);
  const card = useAppState((state) => state.modelCards[id] ?? null);
  return (
    <li className="stack" aria-current={isUsed || undefined}>
      <h3>{title}</h3>
      {about === null ? <p className="hint">{words.cannotRead}</p> : <Summary about={about} classNames={classNames} />}
      {isUsed ? (
        <p className="model-used">{words.inUse}</p>
      ) : (
        <button
          type="button"
          className="self-start"
          onClick={() => {
            showDialog(null);
            loadModel(id);
          }}
        >
          {words.use(title)}
        </button>
      )}
      {card !== null && <ModelCard text={card} classNames={classNames} />}
    </li>
  );
}

function Summary({ about, classNames }: { readonly about: ModelSummary; readonly classNames: readonly string[] }) {
  return (
    <>
      <dl className="facts">
        <dt>{words.tissue}</dt>
        <dd>{about.tissue}</dd>
        <dt>{words.stain}</dt>
        <dd>{about.stain}</dd>
        <dt>{words.classes}</dt>
        <dd>
          <ul className="class-list">
            {classNames.map((name, index) => (
              <li key={name}>
                <Swatch color={about.classColors[index]} /> {humanClassName(name)}
              </li>
            ))}
          </ul>
        </dd>
        <dt>{words.licence}</dt>
        <dd>{about.licence}</dd>
      </dl>
      <SpacingTable spacings={about.spacings} />
    </>
  );
}
