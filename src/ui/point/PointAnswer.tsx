// What the model says of one spot, and how far to trust it: headline, class bars, numbers, the fields it was given, and
// their similarity. Loaded with the first answer.

import type { Classification } from '../../inference/inference.contract.ts';
import type { ModelDetails } from '../../model/model-info.ts';
import { leadOf } from '../../results/point-record.ts';
import type { PointDone } from '../../state/app-state.ts';
import { useAppState, useClassColours } from '../app-context.tsx';
import {
  formatLength,
  formatMilliseconds,
  formatPercent,
  formatSigned,
  formatWholePercent,
  humanClassName,
} from '../parts/format.ts';
import { shownSlide, usedModel } from '../selectors.ts';
import { panelStrings } from '../strings/panel-strings.ts';
import { ClassBars } from './ClassBars.tsx';
import { FieldStrip } from './FieldStrip.tsx';
import { SimilarityExplorer } from './SimilarityExplorer.tsx';

export function PointAnswer({ answer: { at, classification, crops, maps } }: { readonly answer: PointDone }) {
  const model = useAppState(usedModel);
  const colours = useClassColours();
  const mppX = useAppState((state) => shownSlide(state)?.info.mppX ?? null);
  const mppY = useAppState((state) => shownSlide(state)?.info.mppY ?? null);
  const words = panelStrings.point;
  return (
    <div className="stack">
      <Verdict classification={classification} model={model} />
      <ClassBars classification={classification} colours={colours} />
      {model?.uncertainBelow != null && <p className="hint">{words.calibrated}</p>}
      <dl className="facts">
        <dt>{words.entropy}</dt>
        <dd>
          {formatSigned(classification.entropy)} <span className="hint">{words.entropyHint}</span>
        </dd>
        {classification.familiarity !== null && (
          <>
            <dt>{words.familiarity}</dt>
            <dd>
              {formatSigned(classification.familiarity)} <span className="hint">{words.familiarityHint}</span>
            </dd>
          </>
        )}
        {model !== null && (
          <>
            <dt>{words.model}</dt>
            <dd>
              {model.title}: {model.tissue}, {model.stain}
            </dd>
            <dt>{words.licence}</dt>
            <dd>{model.licence}</dd>
          </>
        )}
        {mppX !== null && mppY !== null && (
          <>
            <dt>{words.place}</dt>
            <dd>{words.at(formatLength(at.x * mppX), formatLength(at.y * mppY))}</dd>
          </>
        )}
      </dl>
      <FieldStrip title={words.fields} crops={crops} />
      {maps.length > 0 && <SimilarityExplorer maps={maps} crops={crops} pairs={classification.similarity} />}
      <p className="hint">{timingText(classification)}</p>
    </div>
  );
}

/** The answer in words; what is not sure or not known comes before the class. */
function Verdict({ classification, model }: { classification: Classification; model: ModelDetails | null }) {
  const words = panelStrings.point;
  const lead = leadOf(classification);
  const name = humanClassName(lead.name);
  const share = formatPercent(lead.probability);
  const { familiarity, uncertain } = classification;
  const limit = model?.familiarityThreshold ?? null;
  const isUnlike = familiarity !== null && limit !== null && familiarity < limit;
  return (
    <div className="verdict" data-doubt={isUnlike || uncertain || undefined}>
      {isUnlike && (
        <>
          <p className="verdict-head">{words.unlike}</p>
          <p>{words.unlikeText(model?.tissue ?? '', formatSigned(familiarity), formatSigned(limit))}</p>
        </>
      )}
      {uncertain && (
        <>
          <p className="verdict-head">{words.uncertain}</p>
          <p>
            {model?.uncertainBelow == null
              ? words.uncertainNoLimit(name, share)
              : words.uncertainText(name, share, formatWholePercent(model.uncertainBelow))}
          </p>
        </>
      )}
      {!isUnlike && !uncertain && (
        <p className="verdict-head verdict-answer">
          {name} <span className="verdict-share">{share}</span>
        </p>
      )}
    </div>
  );
}

function timingText({ timings, backend }: Classification): string {
  return panelStrings.point.time(
    formatMilliseconds(timings.totalMs),
    formatMilliseconds(timings.tilesMs),
    formatMilliseconds(timings.cropsMs),
    formatMilliseconds(timings.modelMs),
    panelStrings.model.backends[backend],
  );
}
