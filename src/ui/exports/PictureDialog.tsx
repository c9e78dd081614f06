// Which part of the slide to save as a picture, and at what scale. Loaded when first asked for.

import { useEffect, useState } from 'react';
import { magnificationOf, spacingOf, turret } from '../../pyramid/magnification.ts';
import type { PictureArea } from '../../state/app-state.ts';
import { isPictureFeasible, pictureSize, pictureSpacing } from '../../state/results/picture-size.ts';
import { useActions, useAppState, useDialog } from '../app-context.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { formatCount, formatMagnification, formatScreenSpacing } from '../parts/format.ts';
import { SelectField } from '../parts/SelectField.tsx';
import { shownSlide } from '../selectors.ts';
import { panelStrings } from '../strings/panel-strings.ts';

const words = panelStrings.report;
const areas = ['view', 'region', 'analysed', 'whole'] as const;

export function PictureDialog() {
  const { refreshPictureAreas, savePicture } = useActions();
  const { showDialog } = useDialog();
  const [area, setArea] = useState<PictureArea>('view');
  const [chosen, setMagnification] = useState<number | null>(null);
  const rects = useAppState((state) => state.pictureAreas);
  const info = useAppState((state) => shownSlide(state)?.info ?? null);
  const screen = useAppState((state) => state.view?.magnification ?? 1);
  const isDrawing = useAppState((state) => state.drawingPicture);
  useEffect(() => refreshPictureAreas(), [refreshPictureAreas]);
  const mpp = info?.mpp ?? null;
  const rect = rects[area];
  const micronsPerPx = info === null || mpp === null ? null : pictureSpacing(info, chosen ?? screen);
  const size =
    info === null || rect === undefined || micronsPerPx === null ? null : pictureSize(info, rect, micronsPerPx);
  const isFeasible = size !== null && isPictureFeasible(size);
  return (
    <Dialog title={words.pictureTitle} onClose={() => showDialog(null)}>
      <div className="stack">
        <p>{words.pictureIntro}</p>
        <fieldset className="choice">
          <legend>{words.area}</legend>
          {areas.map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="picture-area"
                checked={area === one}
                disabled={rects[one] === undefined}
                onChange={() => setArea(one)}
              />
              {words.areas[one]}
            </label>
          ))}
        </fieldset>
        <SelectField
          label={words.magnification}
          value={chosen ?? ''}
          onChange={(value) => setMagnification(value === '' ? null : Number(value))}
        >
          <option value="">{words.asOnScreen(formatMagnification(screen))}</option>
          {turret
            .filter((position) => mpp !== null && position <= magnificationOf(mpp) * 1.002)
            .map((position) => (
              <option key={position} value={position}>
                {formatMagnification(position)} ({formatScreenSpacing(spacingOf(position))})
              </option>
            ))}
        </SelectField>
        <p className="hint" role="status">
          {mpp === null && words.needsScale}
          {size !== null && micronsPerPx !== null && isFeasible
            ? words.size(formatCount(size.width), formatCount(size.height), formatScreenSpacing(micronsPerPx))
            : size !== null && words.tooLarge}
        </p>
        {isDrawing && <progress aria-label={words.drawing} />}
        <button
          type="button"
          className="self-start"
          disabled={!isFeasible || isDrawing}
          onClick={() => {
            if (rect !== undefined && micronsPerPx !== null) savePicture({ rect, micronsPerPx });
          }}
        >
          {words.save}
        </button>
      </div>
    </Dialog>
  );
}
