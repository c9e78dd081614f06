// The fields exactly as the model was given them, finest first, each with the frames of the finer ones.

import { magnificationOf } from '../../pyramid/magnification.ts';
import type { Crop } from '../../state/concentric.ts';
import { formatLength, formatMagnification, formatSpacing } from '../parts/format.ts';
import { FieldKey } from '../parts/Icon.tsx';
import { panelStrings } from '../strings/panel-strings.ts';
import { CropCanvas } from './CropCanvas.tsx';

interface FieldStripProps {
  readonly title: string;
  readonly crops: readonly Crop[];
}

export function FieldStrip({ title, crops }: FieldStripProps) {
  const words = panelStrings.point;
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <ol className="field-strip">
        {crops.map((crop, index) => {
          const width = formatLength(crop.width * crop.spacing);
          return (
            <li key={crop.spacing}>
              <div className="crop">
                <CropCanvas crop={crop} label={words.fieldAlt(formatSpacing(crop.spacing), width)} />
                {crops.slice(0, index).map((finer, finerIndex) => (
                  <FieldFrame key={finer.spacing} share={finer.spacing / crop.spacing} isFinest={finerIndex === 0} />
                ))}
              </div>
              <p className="crop-label">
                <FieldKey index={index} count={crops.length} />
                <strong>{formatMagnification(magnificationOf(crop.spacing))}</strong>
                <span>{formatSpacing(crop.spacing)}</span>
                <span>{width}</span>
              </p>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** The outline of a finer field, coloured as on the slide; `share` of the side it covers. */
function FieldFrame({ share, isFinest }: { readonly share: number; readonly isFinest: boolean }) {
  const inset = `${((1 - share) / 2) * 100}%`;
  return <span className="field-frame" data-finest={isFinest || undefined} style={{ inset }} aria-hidden="true" />;
}
