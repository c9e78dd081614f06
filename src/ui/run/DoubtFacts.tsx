// What share of the analysed cells the model is unsure of, or does not know the like of. What it does not tell is said so.

import { Fragment } from 'react';
import type { DoubtShares } from '../../results/doubt.ts';
import { formatPercent } from '../parts/format.ts';
import { panelStrings } from '../strings/panel-strings.ts';

/** From this share on, what was analysed is mostly not what the model knows. */
const mostly = 0.5;

/** Terms and values for a list of facts. */
function doubtFacts({ uncertain, unlike }: DoubtShares): readonly (readonly [string, string])[] {
  const words = panelStrings.run;
  return [
    [words.uncertainCells, uncertain === null ? words.uncertainUnknown : words.ofCells(formatPercent(uncertain))],
    [words.unlikeCells, unlike === null ? words.unlikeUnknown : words.ofCells(formatPercent(unlike))],
  ];
}

export function DoubtFacts({ doubt }: { readonly doubt: DoubtShares }) {
  return (
    <>
      <MostlyUnlike doubt={doubt} />
      <dl className="facts">
        <DoubtRows doubt={doubt} />
      </dl>
    </>
  );
}

/** Beside the areas: without it they would be read as if they were of such tissue. */
function MostlyUnlike({ doubt }: { readonly doubt: DoubtShares }) {
  return (doubt.unlike ?? 0) >= mostly && <p className="callout">{panelStrings.run.mostlyUnlike}</p>;
}

/** The same within a list that has more to say. */
export function DoubtRows({ doubt }: { readonly doubt: DoubtShares }) {
  return doubtFacts(doubt).map(([term, value]) => (
    <Fragment key={term}>
      <dt>{term}</dt>
      <dd>{value}</dd>
    </Fragment>
  ));
}
