// Class probabilities as one table: all magnifications together with bars, and each magnification by itself beside it. A
// class's name stands over its numbers, whole, however long it is.

import type { Classification } from '../../inference/inference.contract.ts';
import { magnificationOf } from '../../pyramid/magnification.ts';
import { Swatch } from '../layers/Swatch.tsx';
import {
  formatMagnification,
  formatPercent,
  formatSpacing,
  formatWholePercent,
  humanClassName,
} from '../parts/format.ts';
import { FieldKey } from '../parts/Icon.tsx';
import { panelStrings } from '../strings/panel-strings.ts';

interface ClassBarsProps {
  readonly classification: Classification;
  /** CSS colours, one a class. */
  readonly colours: readonly string[];
}

export function ClassBars({ classification, colours }: ClassBarsProps) {
  const { classNames, probabilities, perMagnification } = classification;
  const words = panelStrings.point;
  const most = Math.max(...probabilities);
  return (
    <table className="class-bars">
      <caption>{words.classes}</caption>
      <thead>
        <tr>
          <th scope="col">{words.fused}</th>
          {perMagnification.map(({ spacing }, index) => (
            <th key={spacing} scope="col" title={formatSpacing(spacing)}>
              <FieldKey index={index} count={perMagnification.length} />
              {formatMagnification(magnificationOf(spacing))}
            </th>
          ))}
        </tr>
      </thead>
      {classNames.map((name, index) => (
        <tbody key={name}>
          <tr>
            <th
              scope="rowgroup"
              colSpan={perMagnification.length + 1}
              data-leads={probabilities[index] === most || undefined}
            >
              <Swatch color={colours[index]} /> {humanClassName(name)}
            </th>
          </tr>
          <tr>
            <BarCell share={probabilities[index] ?? Number.NaN} colour={colours[index]} format={formatPercent} />
            {perMagnification.map((one) => (
              <BarCell
                key={one.spacing}
                share={one.probabilities[index] ?? Number.NaN}
                colour={colours[index]}
                format={formatWholePercent}
              />
            ))}
          </tr>
        </tbody>
      ))}
    </table>
  );
}

interface BarCellProps {
  readonly share: number;
  readonly colour: string | undefined;
  readonly format: (share: number) => string;
}

function BarCell({ share, colour, format }: BarCellProps) {
  const width = Number.isFinite(share) ? `${share * 100}%` : '0';
  return (
    <td>
      {format(share)}
      <span className="bar" aria-hidden="true">
        <span style={{ width, background: colour }} />
      </span>
    </td>
  );
}
