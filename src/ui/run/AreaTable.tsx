// How much tissue of each class a run found.

import { useAppState, useClassColours } from '../app-context.tsx';
import { Swatch } from '../layers/Swatch.tsx';
import { formatArea, formatPercent, humanClassName } from '../parts/format.ts';
import { usedModel } from '../selectors.ts';
import { panelStrings } from '../strings/panel-strings.ts';

/** `areaMm2`: mm2 by class name. */
export function AreaTable({ areaMm2 }: { readonly areaMm2: Readonly<Record<string, number>> }) {
  const model = useAppState(usedModel);
  const colours = useClassColours();
  const total = Object.values(areaMm2).reduce((sum, area) => sum + area, 0);
  const words = panelStrings.run;
  return (
    <table className="numbers class-areas">
      <caption>{words.areas}</caption>
      <thead>
        <tr>
          <th scope="col">{panelStrings.point.class}</th>
          <th scope="col">{words.areaColumn}</th>
          <th scope="col">{words.share}</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(areaMm2).map(([name, area]) => (
          <tr key={name}>
            <th scope="row">
              <Swatch color={colours[model?.classNames.indexOf(name) ?? -1]} /> {humanClassName(name)}
            </th>
            <td>{formatArea(area)}</td>
            <td>{formatPercent(total > 0 ? area / total : 0)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{words.total}</th>
          <td>{formatArea(total)}</td>
          <td />
        </tr>
      </tfoot>
    </table>
  );
}
