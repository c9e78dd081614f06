// What is known of the open slide: size, scale and where that comes from, the file's own words, the pictures beside it.

import { Fragment } from 'react';
import type { OpenSlideState } from '../../state/app-state.ts';
import { formatCount, formatLength, formatMagnification, formatPixelSize } from '../parts/format.ts';
import { strings } from '../strings/strings.ts';
import { BesideSlide } from './BesideSlide.tsx';

const words = strings.slide;

export function SlideFacts({ slide: { info, description, associated } }: { readonly slide: OpenSlideState }) {
  return (
    <>
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
        {description.hasColourProfile === true && (
          <>
            <dt>{words.colour}</dt>
            <dd>{words.colourProfile}</dd>
          </>
        )}
      </dl>
      <FileProperties properties={description.properties} />
      <BesideSlide associated={associated} />
    </>
  );
}

/** What the file says of itself, word for word. */
function FileProperties({ properties }: { readonly properties: Readonly<Record<string, string>> }) {
  const entries = Object.entries(properties);
  if (entries.length === 0) return null;
  return (
    <details className="fold file-properties">
      <summary>{words.more}</summary>
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
