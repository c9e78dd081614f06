// All that a loaded model says of itself: what it was made for, under which licence, what it needs of a slide, what it
// runs on and how the self-test went. Loaded with the fold.

import { type Backend, backendOrder, type ModelDetails } from '../../model/model-info.ts';
import { useActions, useAppState, useClassColours } from '../app-context.tsx';
import { Swatch } from '../layers/Swatch.tsx';
import { formatBytes, formatCount, formatLength, humanClassName } from '../parts/format.ts';
import { SelectField } from '../parts/SelectField.tsx';
import { SpacingTable } from '../run/SpacingTable.tsx';
import { panelStrings } from '../strings/panel-strings.ts';
import { ModelCard } from './ModelCard.tsx';

export function ModelDetailsList({ details }: { readonly details: ModelDetails }) {
  const words = panelStrings.model;
  const colours = useClassColours();
  const fieldMicrons = details.spacings.map((spacing) => spacing * details.patchSize);
  return (
    <div className="stack">
      <dl className="facts">
        <dt>{words.tissue}</dt>
        <dd>{details.tissue}</dd>
        <dt>{words.stain}</dt>
        <dd>{details.stain}</dd>
        <dt>{words.classes}</dt>
        <dd>
          <ul className="class-list">
            {details.classNames.map((name, index) => (
              <li key={name}>
                <Swatch color={colours[index]} /> {humanClassName(name)}
              </li>
            ))}
          </ul>
        </dd>
        <dt>{words.field}</dt>
        <dd>
          {words.fieldText(
            details.patchSize,
            formatLength(Math.min(...fieldMicrons)),
            formatLength(Math.max(...fieldMicrons)),
          )}
        </dd>
        <dt>{words.version}</dt>
        <dd>{details.version}</dd>
        <dt>{words.licence}</dt>
        <dd>{details.licence}</dd>
        <dt>{words.trainingLicence}</dt>
        <dd>{details.trainingDataLicence}</dd>
        <dt>{words.backend}</dt>
        <dd>
          {words.backends[details.backend]}
          <p className="hint lines">{details.backendReason}</p>
        </dd>
        <MemoryFact />
        <dt>{words.selfTest}</dt>
        <dd>{words.selfTestText(details.selfTest.maxAbsDiff.toPrecision(2), String(details.selfTest.tolerance))}</dd>
        {details.similarityOff !== null && (
          <>
            <dt>{words.similarityOff}</dt>
            <dd>{details.similarityOff}</dd>
          </>
        )}
      </dl>
      <SpacingTable spacings={details.spacings} />
      <BackendChoice details={details} />
      {details.card !== null && (
        <details className="fold">
          <summary>{words.card}</summary>
          <ModelCard text={details.card} classNames={details.classNames} />
        </details>
      )}
    </div>
  );
}

/** Loads the model again on a backend of the user's choice; only for listed models, which can be loaded again by id. */
function BackendChoice({ details }: { readonly details: ModelDetails }) {
  const { loadModel } = useActions();
  const isListed = useAppState((state) => state.models.some(({ id }) => id === details.id));
  const words = panelStrings.model;
  if (!isListed) return null;
  return (
    <SelectField
      label={words.backendChoice}
      value={details.backend}
      onChange={(value) => (value === '' ? loadModel(details.id) : loadModel(details.id, value as Backend))}
    >
      <option value="">{words.backendAutomatic}</option>
      {backendOrder.map((backend) => (
        <option key={backend} value={backend}>
          {words.backends[backend]}
        </option>
      ))}
    </SelectField>
  );
}

/** What the model and the slide's tiles hold just now. */
function MemoryFact() {
  const stats = useAppState((state) => state.stats);
  const words = panelStrings.model;
  if (stats === null) return null;
  return (
    <>
      <dt>{words.memory}</dt>
      <dd>
        {stats.gpuBytes > 0 && `${words.memoryGpu(formatBytes(stats.gpuBytes))}, `}
        {words.memoryText(formatCount(stats.tensors), formatBytes(stats.tileBytes))}
      </dd>
    </>
  );
}
