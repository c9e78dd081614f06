// How two magnifications of one spot relate: the fine field and the coarse field side by side. At first the coarse one
// shows how alike the whole fine field is to each place; pointing at a cell of either shows its similarity in the other.

import { useId, useMemo, useState } from 'react';
import type { PairSimilarity, SimilarityMap } from '../../inference/inference.contract.ts';
import { formatHex } from '../../layers/colour.ts';
import { similarityScale } from '../../layers/colour-map.ts';
import { ticksOf } from '../../layers/legend.ts';
import { fittedRange, withRange } from '../../layers/value-range.ts';
import { magnificationOf } from '../../pyramid/magnification.ts';
import type { Crop } from '../../state/concentric.ts';
import { Ramp } from '../layers/Ramp.tsx';
import { formatMagnification, formatSigned, formatSpacing } from '../parts/format.ts';
import { SelectField } from '../parts/SelectField.tsx';
import { panelStrings } from '../strings/panel-strings.ts';
import { CellGrid } from './CellGrid.tsx';
import { type Pointed, similarityView } from './similarity-view.ts';

const rampColours = similarityScale.colours.map(formatHex);

interface SimilarityExplorerProps {
  readonly maps: readonly SimilarityMap[];
  readonly crops: readonly Crop[];
  readonly pairs: readonly PairSimilarity[];
}

export function SimilarityExplorer({ maps, crops, pairs }: SimilarityExplorerProps) {
  const helpId = useId();
  const [chosen, setChosen] = useState(0);
  const map = maps[chosen] ?? maps[0];
  const words = panelStrings.similarity;
  if (map === undefined) return null;
  return (
    <section className="similarity" aria-label={words.heading}>
      <h3>{words.heading}</h3>
      <SelectField label={words.pair} isLabelHidden value={chosen} onChange={(index) => setChosen(Number(index))}>
        {maps.map(({ fine, coarse }, index) => (
          <option key={`${fine}-${coarse}`} value={index}>
            {words.pairName(spacingName(fine), spacingName(coarse))}
          </option>
        ))}
      </SelectField>
      <p id={helpId} className="visually-hidden">
        {words.gridHelp}
      </p>
      <PairView key={`${map.fine}-${map.coarse}`} map={map} crops={crops} helpId={helpId} />
      <PairNumbers pairs={pairs} />
    </section>
  );
}

function PairView({ map, crops, helpId }: { map: SimilarityMap; crops: readonly Crop[]; helpId: string }) {
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const [fitted, setFitted] = useState(false);
  // Of all values of the pair: a colour means the same wherever one points.
  const scale = useMemo(
    () => (fitted ? withRange(similarityScale, fittedRange(map.matrix)) : similarityScale),
    [fitted, map],
  );
  const view = similarityView(map, pointed);
  const words = panelStrings.similarity;
  const cropOf = (spacing: number) => crops.find((crop) => crop.spacing === spacing);
  const point = (field: Pointed['field']) => (cell: number | null) =>
    setPointed(cell === null ? null : { field, cell });
  return (
    <>
      <div className="grid-pair">
        <CellGrid
          crop={cropOf(map.fine)}
          cells={map.width}
          label={words.fineGrid(spacingName(map.fine))}
          describedBy={helpId}
          marks={view.fine}
          scale={scale}
          onPoint={point('fine')}
        />
        <CellGrid
          crop={cropOf(map.coarse)}
          cells={map.width}
          label={words.coarseGrid(spacingName(map.coarse))}
          describedBy={helpId}
          marks={view.coarse}
          scale={scale}
          onPoint={point('coarse')}
        />
      </div>
      <Ramp colours={rampColours} ticks={ticksOf(scale)} label={words.ramp} />
      <label className="check">
        <input type="checkbox" checked={fitted} onChange={() => setFitted(!fitted)} />
        {words.fit}
      </label>
      <p className="similarity-text" aria-live="polite">
        {view.text}
      </p>
    </>
  );
}

function PairNumbers({ pairs }: { readonly pairs: readonly PairSimilarity[] }) {
  const words = panelStrings.similarity;
  return (
    <table className="numbers">
      <thead>
        <tr>
          <th scope="col">{words.pair}</th>
          <th scope="col" title={words.alignedHint}>
            {words.aligned}
          </th>
          <th scope="col" title={words.contrastHint}>
            {words.contrast}
          </th>
        </tr>
      </thead>
      <tbody>
        {pairs.map(({ fine, coarse, aligned, contrast }) => (
          <tr key={`${fine}-${coarse}`}>
            <th scope="row">{words.pairName(magnificationName(fine), magnificationName(coarse))}</th>
            <td>{formatSigned(aligned)}</td>
            <td>{formatSigned(contrast)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function magnificationName(spacing: number): string {
  return formatMagnification(magnificationOf(spacing));
}

function spacingName(spacing: number): string {
  return `${magnificationName(spacing)} (${formatSpacing(spacing)})`;
}
