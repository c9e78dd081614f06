// One field under a grid of cells that can be pointed at: with the mouse, with a finger, or with arrow keys. Draws what
// it is told (FieldMarks) and reports the cell; what that means is similarity-view.ts.

import { type KeyboardEvent, type PointerEvent, useCallback } from 'react';
import type { ColourScale } from '../../layers/colour-map.ts';
import type { Crop } from '../../state/concentric.ts';
import { panelStrings } from '../strings/panel-strings.ts';
import { usePaintedCanvas } from '../use-painted-canvas.ts';
import { drawField } from './draw-field.ts';
import { cellAfterKey } from './field-cells.ts';
import type { FieldMarks } from './similarity-view.ts';

interface CellGridProps {
  readonly crop: Crop | undefined;
  /** Cells a side. */
  readonly cells: number;
  readonly label: string;
  readonly describedBy: string;
  readonly marks: FieldMarks;
  /** What colours the values. */
  readonly scale: ColourScale;
  readonly onPoint: (cell: number | null) => void;
}

/** Canvas px a side: twice the size on the page, for fine lines on dense screens. */
const canvasSizePx = 304;

export function CellGrid({ crop, cells, label, describedBy, marks, scale, onPoint }: CellGridProps) {
  const paint = useCallback(
    (canvas: HTMLCanvasElement) => {
      const context = canvas.getContext('2d');
      if (context !== null) drawField(context, canvasSizePx, crop, cells, marks, scale);
    },
    [crop, cells, marks, scale],
  );
  const canvas = usePaintedCanvas(paint);

  const onPointer = ({ currentTarget, clientX, clientY }: PointerEvent) => {
    const box = currentTarget.getBoundingClientRect();
    const index = (position: number, size: number) =>
      Math.max(0, Math.min(cells - 1, Math.floor((position / size) * cells)));
    onPoint(index(clientY - box.top, box.height) * cells + index(clientX - box.left, box.width));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const middle = Math.floor(cells / 2) * (cells + 1);
    const next = event.key === 'Escape' ? null : cellAfterKey(event.key, marks.cursor ?? middle, cells);
    if (next === null && event.key !== 'Escape') return;
    event.preventDefault();
    onPoint(next);
  };

  return (
    <div
      className="cell-grid"
      role="application"
      aria-roledescription={panelStrings.similarity.gridRole}
      aria-label={label}
      aria-describedby={describedBy}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application role is interactive
      tabIndex={0}
      onPointerMove={onPointer}
      onPointerDown={onPointer}
      onPointerLeave={({ pointerType }) => pointerType === 'mouse' && onPoint(null)}
      onBlur={() => onPoint(null)}
      onKeyDown={onKeyDown}
    >
      <canvas ref={canvas} width={canvasSizePx} height={canvasSizePx} />
    </div>
  );
}
