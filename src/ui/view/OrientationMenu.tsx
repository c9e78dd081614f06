// How the slide is turned: by right angles, freely, mirrored, and back. The button says when it is not upright.

import { useId } from 'react';
import { useActions, useAppState } from '../app-context.tsx';
import { Icon } from '../parts/Icon.tsx';
import { IconButton } from '../parts/IconButton.tsx';
import { panelStrings } from '../strings/panel-strings.ts';

export function OrientationMenu() {
  const id = useId();
  const { turnBy, mirror, setRotation, setUpright } = useActions();
  const degrees = useAppState((state) => state.view?.rotation ?? 0);
  const flipped = useAppState((state) => state.view?.flipped === true);
  const words = panelStrings.view;
  const turned = [degrees === 0 ? null : words.degrees(rounded(degrees)), flipped ? words.mirrored : null]
    .filter((part) => part !== null)
    .join(', ');
  const name = turned === '' ? words.orientation : words.orientationOf(turned);
  return (
    <>
      <button
        type="button"
        className={turned === '' ? 'icon-button' : undefined}
        aria-label={name}
        title={name}
        popoverTarget={id}
      >
        <Icon name="turnRight" />
        {turned !== '' && <span>{turned}</span>}
      </button>
      <div id={id} popover="auto" className="popover orientation" role="dialog" aria-label={words.orientation}>
        <div className="row">
          <IconButton icon="turnLeft" name={words.rotateLeft} onClick={() => turnBy(-90)} />
          <IconButton icon="turnRight" name={words.rotateRight} onClick={() => turnBy(90)} />
          <IconButton icon="mirror" name={words.flip} pressed={flipped} onClick={mirror} />
          <button type="button" disabled={turned === ''} onClick={setUpright}>
            {words.upright}
          </button>
        </div>
        <label htmlFor={`${id}-degrees`}>{words.rotation}</label>
        <div className="row">
          <input
            id={`${id}-degrees`}
            type="range"
            min={0}
            max={359}
            step={1}
            value={Math.round(degrees) % 360}
            onChange={(event) => setRotation(event.currentTarget.valueAsNumber)}
          />
          <output htmlFor={`${id}-degrees`}>{words.degrees(rounded(degrees))}</output>
        </div>
      </div>
    </>
  );
}

function rounded(degrees: number): string {
  return String(Number(degrees.toFixed(1)));
}
