// How close the user looks: the magnifications of a microscope's turret, zoom, fit, and the readout.

import { magnificationOf, spacingOf } from '../pyramid/magnification.ts';
import { useActions, useAppState } from './app-context.tsx';
import { formatMagnification, formatScreenSpacing } from './format.ts';
import { Icon, type IconName } from './Icon.tsx';
import { shownSlide } from './selectors.ts';
import { strings } from './strings.ts';

const turret = [1, 2.5, 5, 10, 20, 40] as const;
/** A view this near to a turret position counts as being there; the address prints four decimals. */
const samePlaceTolerance = 0.002;
const zoomStep = 1.5;

interface ViewControlsProps {
  readonly crosshair: boolean;
  readonly onCrosshair: (shown: boolean) => void;
}

export function ViewControls({ crosshair, onCrosshair }: ViewControlsProps) {
  const { setMagnification, zoomBy, fitSlide, classifyCentre } = useActions();
  const scaleKnown = useAppState((state) => shownSlide(state)?.info.mpp != null);
  const magnification = useAppState((state) => state.view?.magnification ?? null);
  const words = strings.view;
  return (
    <fieldset className="view-controls" aria-label={words.controls}>
      <div className="segments">
        {turret.map((position) => (
          <button
            key={position}
            type="button"
            disabled={!scaleKnown}
            title={scaleKnown ? undefined : words.magnificationNeedsScale}
            aria-pressed={scaleKnown && magnification !== null && isAt(magnification, position)}
            onClick={() => setMagnification(position)}
          >
            {position}×
          </button>
        ))}
      </div>
      <IconButton icon="minus" name={words.zoomOut} onClick={() => zoomBy(1 / zoomStep)} />
      <IconButton icon="plus" name={words.zoomIn} onClick={() => zoomBy(zoomStep)} />
      <IconButton icon="fit" name={words.fit} onClick={fitSlide} />
      <IconButton icon="crosshair" name={words.crosshair} pressed={crosshair} onClick={() => onCrosshair(!crosshair)} />
      {crosshair && (
        <button type="button" onClick={classifyCentre}>
          {words.classifyCentre}
        </button>
      )}
      <Readout />
    </fieldset>
  );
}

function isAt(magnification: number, position: number): boolean {
  return Math.abs(magnification / position - 1) < samePlaceTolerance;
}

interface IconButtonProps {
  readonly icon: IconName;
  readonly name: string;
  readonly pressed?: boolean;
  readonly onClick: () => void;
}

function IconButton({ icon, name, pressed, onClick }: IconButtonProps) {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={name}
      title={name}
      aria-pressed={pressed}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

/** Magnification and um per screen pixel; says when the picture is only enlarged. */
function Readout() {
  const magnification = useAppState((state) => state.view?.magnification ?? null);
  const mpp = useAppState((state) => shownSlide(state)?.info.mpp ?? null);
  const words = strings.view;
  if (magnification === null) return null;
  if (mpp === null) return <p className="readout">{words.unscaled(magnification.toPrecision(3))}</p>;
  const isDigital = magnification > magnificationOf(mpp) * (1 + samePlaceTolerance);
  return (
    <p className="readout">
      <span className="readout-magnification">{formatMagnification(magnification)}</span>
      <span>{formatScreenSpacing(spacingOf(magnification))}</span>
      {isDigital && <span title={words.digitalZoomHint}>{words.digitalZoom}</span>}
    </p>
  );
}
