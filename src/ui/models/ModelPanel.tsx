// Which model answers: choose one, see at once whether it fits the slide, and read more below a fold.

import { lazy, Suspense } from 'react';
import { useActions, useAppState, useDialog } from '../app-context.tsx';
import { Panel } from '../parts/Panel.tsx';
import { SelectField } from '../parts/SelectField.tsx';
import { usedModel } from '../selectors.ts';
import { Misfit } from '../slide/Obstacle.tsx';
import { panelStrings } from '../strings/panel-strings.ts';
import { strings } from '../strings/strings.ts';
import { OwnModel } from './OwnModel.tsx';

const ModelDetailsList = lazy(async () => ({ default: (await import('./ModelDetailsList.tsx')).ModelDetailsList }));

export function ModelPanel() {
  const details = useAppState(usedModel);
  const { showDialog } = useDialog();
  const hasChoice = useAppState((state) => state.models.length > 1);
  const words = panelStrings.model;
  return (
    <Panel title={words.heading}>
      <ModelChoice />
      <ModelStatus />
      {details !== null && (
        <>
          <p className="hint">
            {details.tissue}, {details.stain}. {words.backends[details.backend]}.
          </p>
          <Misfit />
        </>
      )}
      <div className="folds">
        {details !== null && (
          <details className="fold">
            <summary>{words.about}</summary>
            <Suspense fallback={<p className="hint">{strings.loading}</p>}>
              <ModelDetailsList details={details} />
            </Suspense>
          </details>
        )}
        <OwnModel />
        {hasChoice && (
          <button type="button" className="self-start" onClick={() => showDialog('models')}>
            {words.compare}
          </button>
        )}
      </div>
    </Panel>
  );
}

function ModelChoice() {
  const { loadModel } = useActions();
  const models = useAppState((state) => state.models);
  const current = useAppState(({ model }) => {
    if (model.status === 'ready') return model.details.id;
    return model.status === 'none' ? '' : model.id;
  });
  const ownTitle = useAppState((state) => usedModel(state)?.title ?? null);
  const isListed = current === '' || models.some(({ id }) => id === current);
  return (
    <SelectField
      label={panelStrings.model.label}
      isLabelHidden
      value={current}
      onChange={(id) => {
        if (id !== '') loadModel(id);
      }}
    >
      {current === '' && <option value="">{panelStrings.model.choose}</option>}
      {!isListed && <option value={current}>{ownTitle ?? current}</option>}
      {models.map(({ id, title }) => (
        <option key={id} value={id}>
          {title}
        </option>
      ))}
    </SelectField>
  );
}

/** Loading and failure in words. */
function ModelStatus() {
  const { loadModel } = useActions();
  const model = useAppState((state) => state.model);
  const models = useAppState((state) => state.models);
  const words = panelStrings.model;
  if (model.status === 'loading') {
    const title = models.find(({ id }) => id === model.id)?.title ?? model.id;
    return (
      <div className="working">
        <progress aria-label={words.loading(title)} />
        <p className="hint">{words.loading(title)}</p>
      </div>
    );
  }
  if (model.status !== 'failed') return null;
  return (
    <div className="callout">
      <p>
        <strong>{words.failed}</strong> {model.failure.message}
      </p>
      {models.some(({ id }) => id === model.id) && (
        <button type="button" onClick={() => loadModel(model.id)}>
          {words.retry}
        </button>
      )}
    </div>
  );
}
