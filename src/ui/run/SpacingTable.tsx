// Each magnification that a model needs, and from where the open slide serves it.

import { magnificationOf } from '../../pyramid/magnification.ts';
import { useAppState } from '../app-context.tsx';
import { formatMagnification, formatSpacing } from '../parts/format.ts';
import { shownSlide } from '../selectors.ts';
import { panelStrings } from '../strings/panel-strings.ts';
import { fitOfSpacing } from './fit.ts';

/** `spacings`: um/px. */
export function SpacingTable({ spacings }: { readonly spacings: readonly number[] }) {
  const slide = useAppState(shownSlide);
  const words = panelStrings.model;
  const onSlide = (spacing: number) => {
    if (slide === null) return words.noSlide;
    if (slide.info.mpp === null) return words.scaleUnknown;
    const fit = fitOfSpacing(spacing, slide.description);
    return fit.kind === 'read'
      ? words.readFrom(formatSpacing(fit.micronsPerPixel))
      : words.tooFine(formatSpacing(slide.info.mpp));
  };
  return (
    <table className="numbers">
      <caption>{words.spacings}</caption>
      <thead>
        <tr>
          <th scope="col">{words.spacing}</th>
          <th scope="col">{words.onSlide}</th>
        </tr>
      </thead>
      <tbody>
        {spacings.map((spacing) => (
          <tr key={spacing}>
            <th scope="row">
              {formatMagnification(magnificationOf(spacing))}, {formatSpacing(spacing)}
            </th>
            <td>{onSlide(spacing)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
