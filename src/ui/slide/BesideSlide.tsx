// Label and macro pictures: named, hidden until the user asks for one, and gone when the properties close.

import { useCallback } from 'react';
import type { AssociatedInfo, Raster } from '../../state/app-state.ts';
import { useActions, useAppState } from '../app-context.tsx';
import { strings } from '../strings/strings.ts';
import { usePaintedCanvas } from '../use-painted-canvas.ts';

const words = strings.slide.beside;

export function BesideSlide({ associated }: { readonly associated: readonly AssociatedInfo[] }) {
  const { showAssociated, hideAssociated } = useActions();
  const state = useAppState((app) => app.associated);
  if (associated.length === 0) return null;
  return (
    <section className="beside-slide" aria-label={words.heading}>
      <h3>{words.heading}</h3>
      <p className="hint">{words.hint}</p>
      <div className="row">
        {associated.map(({ kind }, index) => {
          const shown = state.status !== 'hidden' && state.index === index;
          const name = words.kinds[kind];
          return (
            <button
              // biome-ignore lint/suspicious/noArrayIndexKey: the pictures of a slide never change places
              key={index}
              type="button"
              aria-pressed={shown}
              onClick={() => (shown ? hideAssociated() : showAssociated(index))}
            >
              {shown ? words.hide(name) : words.show(name)}
            </button>
          );
        })}
      </div>
      {state.status === 'reading' && <p className="hint">{strings.loading}</p>}
      {state.status === 'shown' && (
        <Picture picture={state.picture} label={words.kinds[associated[state.index]?.kind ?? 'label']} />
      )}
    </section>
  );
}

function Picture({ picture, label }: { readonly picture: Raster; readonly label: string }) {
  const { width, height, data } = picture;
  const paint = useCallback(
    (canvas: HTMLCanvasElement) => canvas.getContext('2d')?.putImageData(new ImageData(data, width, height), 0, 0),
    [data, width, height],
  );
  const canvas = usePaintedCanvas(paint);
  return <canvas ref={canvas} width={width} height={height} role="img" aria-label={label} />;
}
