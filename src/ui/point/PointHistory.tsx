// The spots that were asked about on this slide: a table to sort, to go back to, to take rows out of, and to save. Loaded
// with the first answer.

import '../styles/work.css';
import { useState } from 'react';
import { leadOf, type PointColumn, type PointRecord, sortRecords } from '../../results/point-record.ts';
import { useActions, useAppState, useClassColours } from '../app-context.tsx';
import { Swatch } from '../layers/Swatch.tsx';
import { formatCount, formatPercent, formatSigned, humanClassName } from '../parts/format.ts';
import { Icon } from '../parts/Icon.tsx';
import { Panel } from '../parts/Panel.tsx';
import { SortHead } from '../parts/SortHead.tsx';
import { usedModel } from '../selectors.ts';
import { panelStrings } from '../strings/panel-strings.ts';

const words = panelStrings.work;
const columns: readonly { readonly id: PointColumn; readonly title: string; readonly longTitle?: string }[] = [
  { id: 'number', title: words.number },
  { id: 'class', title: words.class },
  { id: 'probability', title: words.probability },
  { id: 'entropy', title: words.entropy, longTitle: words.entropyLong },
];

export function PointHistory() {
  const { exportPoints } = useActions();
  const history = useAppState((state) => state.history);
  const [column, setColumn] = useState<PointColumn>('number');
  const [descending, setDescending] = useState(false);
  const sortBy = (wanted: PointColumn) => {
    // Names from A, shares from the largest: what one looks for first.
    setDescending(wanted === column ? !descending : wanted === 'probability' || wanted === 'entropy');
    setColumn(wanted);
  };
  return (
    <Panel title={words.points}>
      <div className="point-history">
        <table className="numbers">
          <caption className="visually-hidden">{words.pointsTable}</caption>
          <thead>
            <tr>
              {columns.map(({ id, ...head }) => (
                <SortHead
                  key={id}
                  {...head}
                  order={id === column ? (descending ? 'descending' : 'ascending') : null}
                  onSort={() => sortBy(id)}
                />
              ))}
            </tr>
          </thead>
          {sortRecords(history, column, descending).map((record) => (
            <PointRows key={record.id} record={record} />
          ))}
        </table>
      </div>
      <button type="button" className="self-start" onClick={exportPoints}>
        {words.savePoints}
      </button>
    </Panel>
  );
}

/** The class has a line of its own, whole, however long its name is. */
function PointRows({ record }: { readonly record: PointRecord }) {
  const { showPoint, removePoint } = useActions();
  const model = useAppState(usedModel);
  const colours = useClassColours();
  const { id, number, at, mppX, mppY, entropy, uncertain, unlike } = record;
  const lead = leadOf(record);
  const colour = model?.id === record.model.id ? colours[model.classNames.indexOf(lead.name)] : undefined;
  const doubts = [...(unlike ? [words.unlike] : []), ...(uncertain ? [words.uncertain] : [])];
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" rowSpan={2}>
          <button
            type="button"
            className="quiet"
            aria-label={words.showPoint(number)}
            title={words.showPoint(number)}
            onClick={() => showPoint(id)}
          >
            {number}
          </button>
        </th>
        <td className="point-class" colSpan={2} title={record.model.title}>
          <Swatch color={colour} /> {humanClassName(lead.name)}
        </td>
        <td>
          <button
            type="button"
            className="icon-button"
            aria-label={words.removePoint(number)}
            title={words.removePoint(number)}
            onClick={() => removePoint(id)}
          >
            <Icon name="remove" />
          </button>
        </td>
      </tr>
      <tr>
        <td className="point-place">
          <span className="hint">{words.place(formatCount(at.x * mppX), formatCount(at.y * mppY))}</span>
          {doubts.length > 0 && <span className="hint">{doubts.join(', ')}</span>}
        </td>
        <td>{formatPercent(lead.probability)}</td>
        <td>{formatSigned(entropy)}</td>
      </tr>
    </tbody>
  );
}
