// How close the user looks: the magnifications of a microscope's turret, zoom, fit, and the readout.

import { magnificationOf, spacingOf, turret } from '../../pyramid/magnification.ts';
import { useActions, useAppState } from '../app-context.tsx';
import { formatMagnification, formatScreenSpacing, formatSpacing } from '../parts/format.ts';
import { IconButton } from '../parts/IconButton.tsx';
import { revealFocused } from '../parts/reveal-focused.ts';
import { shownSlide } from '../selectors.ts';
import { panelStrings } from '../strings/panel-strings.ts';
import { CompareMenu } from './CompareMenu.tsx';
import { MeasureMenu } from './MeasureMenu.tsx';
import { OrientationMenu } from './OrientationMenu.tsx';

/** A view this near to a turret position counts as being there; the address prints four decimals. */
const samePlaceTolerance = 0.002;
const zoomStep = 1.5;

interface ViewControlsProps {
  readonly crosshair: boolean;
  readonly onCrosshair: (shown: boolean) => void;
}

export function ViewControls({ crosshair, onCrosshair }: ViewControlsProps) {
  const { zoomBy, fitSlide, classifyCentre } = useActions();
  const words = panelStrings.view;
  return (
    <fieldset className="view-controls" aria-label={words.controls} onFocus={revealFocused}>
      <Turret />
      <IconButton icon="minus" name={words.zoomOut} onClick={() => zoomBy(1 / zoomStep)} />
      <IconButton icon="plus" name={words.zoomIn} onClick={() => zoomBy(zoomStep)} />
      <IconButton icon="fit" name={words.fit} onClick={fitSlide} />
      <IconButton icon="crosshair" name={words.crosshair} pressed={crosshair} onClick={() => onCrosshair(!crosshair)} />
      <OrientationMenu />
      <MeasureMenu />
      <Lenses />
      <CompareMenu />
      {crosshair && (
        <button type="button" onClick={classifyCentre}>
          {words.classifyCentre}
        </button>
      )}
      <Readout />
    </fieldset>
  );
}

function Lenses() {
  const { setLoupe, setOverviewShown } = useActions();
  const loupe = useAppState((state) => state.loupe);
  const overview = useAppState((state) => state.overviewShown);
  const words = panelStrings.compare;
  return (
    <>
      <IconButton icon="loupe" name={words.loupe} pressed={loupe} onClick={() => setLoupe(!loupe)} />
      <IconButton icon="map" name={words.overview} pressed={overview} onClick={() => setOverviewShown(!overview)} />
    </>
  );
}

/** The microscope's turret: each position exactly that many um a screen pixel. */
function Turret() {
  const { setMagnification } = useActions();
  const mpp = useAppState((state) => shownSlide(state)?.info.mpp ?? null);
  const magnification = useAppState((state) => state.view?.magnification ?? null);
  const words = panelStrings.view;
  const titleOf = (position: number) => {
    if (mpp === null) return words.magnificationNeedsScale;
    const spacing = formatSpacing(spacingOf(position));
    return isDigital(position, mpp) ? words.magnificationDigital(spacing) : words.magnification(spacing);
  };
  return (
    <div className="segments">
      {turret.map((position) => (
        <button
          key={position}
          type="button"
          disabled={mpp === null}
          title={titleOf(position)}
          data-digital={(mpp !== null && isDigital(position, mpp)) || undefined}
          aria-pressed={mpp !== null && magnification !== null && isAt(magnification, position)}
          onClick={() => setMagnification(position)}
        >
          {position}×
        </button>
      ))}
    </div>
  );
}

/** Closer than the scan's own pixels. `mpp`: um per level-0 px. */
function isDigital(magnification: number, mpp: number): boolean {
  return magnification > magnificationOf(mpp) * (1 + samePlaceTolerance);
}

function isAt(magnification: number, position: number): boolean {
  return Math.abs(magnification / position - 1) < samePlaceTolerance;
}

/** Magnification and um per screen pixel; says when the picture is only enlarged. */
function Readout() {
  const magnification = useAppState((state) => state.view?.magnification ?? null);
  const mpp = useAppState((state) => shownSlide(state)?.info.mpp ?? null);
  const words = panelStrings.view;
  if (magnification === null) return null;
  if (mpp === null) return <p className="readout">{words.unscaled((100 * magnification).toPrecision(3))}</p>;
  return (
    <p className="readout">
      <span className="readout-magnification">{formatMagnification(magnification)}</span>
      <span>{formatScreenSpacing(spacingOf(magnification))}</span>
      {isDigital(magnification, mpp) && <span title={words.digitalZoomHint}>{words.digitalZoom}</span>}
    </p>
  );
}
