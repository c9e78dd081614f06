// What is known of the open slide, in a popover under its name: size, scale and where the scale comes from.

import { Fragment, useId } from 'react';
import type { OpenSlideState } from '../state/app-state.ts';
import { useActions, useDialog } from './app-context.tsx';
import { BesideSlide } from './BesideSlide.tsx';
import { formatCount, formatLength, formatMagnification, formatPixelSize } from './format.ts';
import { Icon } from './Icon.tsx';
import { strings } from './strings.ts';

export function SlideProperties({ slide }: { readonly slide: OpenSlideState }) {
  const id = useId();
  const { closeSlide, hideAssociated } = useActions();
  const { showDialog } = useDialog();
  const { info, description } = slide;
  const words = strings.slide;
  const scaleKnown = info.mppX !== null && info.mppY !== null && info.mpp !== null;
  return (
    <>
      <button type="button" className="quiet slide-name" popoverTarget={id} title={info.name}>
        <span>{info.name}</span>
        <Icon name="down" />
      </button>
      <div
        id={id}
        popover="auto"
        className="popover slide-properties"
        role="dialog"
        aria-label={words.properties}
        onToggle={(event) => {
          if (event.newState === 'closed') hideAssociated();
        }}
      >
        <dl className="facts">
          <dt>{words.name}</dt>
          <dd>{info.name}</dd>
          <dt>{words.format}</dt>
          <dd>{info.format}</dd>
          <dt>{words.size}</dt>
          <dd>
            {formatCount(info.width)} × {formatCount(info.height)} px
          </dd>
          <dt>{words.extent}</dt>
          <dd>
            {info.mppX === null || info.mppY === null
              ? words.unknown
              : `${formatLength(info.width * info.mppX)} × ${formatLength(info.height * info.mppY)}`}
          </dd>
          <dt>{words.scale}</dt>
          <dd>
            {info.mpp === null || info.mppSource === null
              ? words.unknown
              : `${formatPixelSize(info)}, ${words.mppSource[info.mppSource]}`}
          </dd>
          <dt>{words.levels}</dt>
          <dd>{info.levels.map(({ downsample }) => `1:${Number(downsample.toFixed(2))}`).join('  ')}</dd>
          {description.objectivePower !== null && (
            <>
              <dt>{words.objective}</dt>
              <dd>{formatMagnification(description.objectivePower)}</dd>
            </>
          )}
        </dl>
        <FileProperties properties={description.properties} />
        <BesideSlide associated={slide.associated} />
        <div className="row">
          <button type="button" popoverTarget={id} popoverTargetAction="hide" onClick={() => showDialog('scale')}>
            {scaleKnown ? strings.scale.change : strings.scale.set}
          </button>
          <button type="button" popoverTarget={id} popoverTargetAction="hide" onClick={closeSlide}>
            {words.close}
          </button>
        </div>
      </div>
    </>
  );
}

/** What the file says of itself, word for word. */
function FileProperties({ properties }: { readonly properties: Readonly<Record<string, string>> }) {
  const entries = Object.entries(properties);
  if (entries.length === 0) return null;
  return (
    <details className="fold file-properties">
      <summary>{strings.slide.more}</summary>
      <dl className="facts">
        {entries.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
    </details>
  );
}
