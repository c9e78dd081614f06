// Which rows of a long table are on screen, for rows of one height; the rest of the table is empty space.

import { type RefObject, useState } from 'react';

/** Rows kept beyond either edge, so that scrolling meets no blank. */
const spareRows = 8;
/** Before the first scroll nobody has measured: enough for any screen. */
const firstRows = 40;

export function useRowWindow(place: RefObject<HTMLElement | null>, rows: number, rowPx: number) {
  const [top, setTop] = useState(0);
  const visible = place.current === null ? firstRows : Math.ceil(place.current.clientHeight / rowPx);
  const first = Math.max(0, Math.min(Math.floor(top / rowPx) - spareRows, rows - visible));
  const look = () => setTop(place.current?.scrollTop ?? 0);
  return {
    first,
    count: Math.min(rows - first, visible + 2 * spareRows),
    onScroll: look,
    /** Brings a row on screen and gives it the focus. */
    reveal(row: number) {
      const element = place.current;
      if (element === null || row < 0 || row >= rows) return;
      const target = element.querySelector<HTMLElement>(`[data-row="${row}"]`);
      target?.focus({ preventScroll: true });
      target?.closest('tr')?.scrollIntoView({ block: 'nearest' });
      look();
    },
  };
}
