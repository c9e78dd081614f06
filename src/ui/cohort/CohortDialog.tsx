// The slides of a cohort as a table: found, sorted, and opened with their results. Only the rows on screen are on the
// page, so that thousands scroll as smoothly as ten.

import '../styles/cohort.css';
import { type CSSProperties, useMemo, useRef, useState } from 'react';
import {
  type Cohort,
  type CohortColumn,
  type CohortSlide,
  cohortCsv,
  cohortValue,
  isFilled,
  queryCohort,
} from '../../results/cohort.ts';
import type { CohortState } from '../../state/app-state.ts';
import { saveFile } from '../../state/results/save-file.ts';
import { useActions, useAppState } from '../app-context.tsx';
import { Swatch } from '../layers/Swatch.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { formatArea, formatCount, formatPercent, humanClassName } from '../parts/format.ts';
import { panelStrings } from '../strings/panel-strings.ts';
import { useRowWindow } from './use-row-window.ts';

const words = panelStrings.cohort;
const rowPx = 64;
const statuses = ['done', 'partial', 'failed', 'waiting'] as const;

export function CohortDialog() {
  const cohort = useAppState((state) => state.cohort);
  const { showCohort } = useActions();
  if (cohort === null || !cohort.shown) return null;
  return (
    <Dialog title={words.title(cohort.name)} onClose={() => showCohort(false)}>
      <CohortTable cohort={cohort} />
    </Dialog>
  );
}

function CohortTable({ cohort: { name, content, pictureUrls } }: { readonly cohort: CohortState }) {
  const [column, setColumn] = useState<CohortColumn>('name');
  const [descending, setDescending] = useState(false);
  const [text, setText] = useState('');
  const [status, setStatus] = useState<CohortSlide['status'] | null>(null);
  const rows = useMemo(
    () => queryCohort(content.slides, { column, descending, text, status }),
    [content, column, descending, text, status],
  );
  const place = useRef<HTMLDivElement>(null);
  const { first, count, onScroll, reveal } = useRowWindow(place, rows.length, rowPx);
  const { shown: columns, untold } = useMemo(() => columnsOf(content), [content]);
  const hasPictures = Object.keys(pictureUrls).length > 0;
  const sortBy = (id: CohortColumn) => {
    // Names from A, numbers from the largest: what one looks for first.
    setDescending(id === column ? !descending : isNumber(id));
    setColumn(id);
  };
  return (
    <div className="cohort">
      <p className="hint">
        {words.about(formatCount(content.slides.length), content.model.title)}
        {untold.length > 0 && ` ${words.untold(untold.join(', '))}`}
      </p>
      <div className="cohort-tools">
        <label>
          {words.find}
          <input type="search" value={text} onChange={(event) => setText(event.target.value)} />
        </label>
        <label>
          {words.status}
          <select
            value={status ?? ''}
            onChange={({ target }) => setStatus(statuses.find((one) => one === target.value) ?? null)}
          >
            <option value="">{words.anyStatus}</option>
            {statuses.map((one) => (
              <option key={one} value={one}>
                {words.statuses[one]}
              </option>
            ))}
          </select>
        </label>
        <output>{words.shown(formatCount(rows.length), formatCount(content.slides.length))}</output>
        <button
          type="button"
          onClick={() => saveFile(new Blob([cohortCsv(content, rows)], { type: 'text/csv' }), `${name}-cohort.csv`)}
        >
          {words.csv}
        </button>
      </div>
      <div className="cohort-rows" ref={place} onScroll={onScroll}>
        <table aria-label={words.table} aria-rowcount={rows.length + 1}>
          <thead>
            <tr aria-rowindex={1}>
              {hasPictures && <th scope="col">{words.map}</th>}
              {columns.map(({ id, title, colour }) => (
                <th
                  key={id}
                  scope="col"
                  data-number={isNumber(id) || undefined}
                  aria-sort={id === column ? (descending ? 'descending' : 'ascending') : undefined}
                >
                  <button type="button" className="quiet" onClick={() => sortBy(id)}>
                    {colour !== undefined && <Swatch color={colour} />} {title}
                    <span aria-hidden="true">{id === column ? (descending ? ' ↓' : ' ↑') : ''}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {first > 0 && <tr style={{ height: first * rowPx }} />}
            {rows.slice(first, first + count).map((row, index) => (
              <Row
                key={row.id}
                row={row}
                number={first + index}
                picture={hasPictures ? (pictureUrls[row.id] ?? null) : undefined}
                columns={columns}
                onMove={(to) => reveal(to)}
              />
            ))}
            {first + count < rows.length && <tr style={{ height: (rows.length - first - count) * rowPx }} />}
          </tbody>
        </table>
        {rows.length === 0 && <p className="hint">{words.none}</p>}
      </div>
    </div>
  );
}

interface Column {
  readonly id: CohortColumn;
  readonly title: string;
  /** Of a class. */
  readonly colour?: string | undefined;
}

/** What no slide has a number of takes no room; it is named instead. */
function columnsOf({ classNames, classColors, slides }: Cohort): { shown: readonly Column[]; untold: string[] } {
  const always: Column[] = [
    { id: 'name', title: words.name },
    { id: 'status', title: words.status },
  ];
  const numbers: Column[] = [
    { id: 'tissue', title: words.tissue },
    ...classNames.map((className, index) => ({
      id: `class:${className}`,
      title: humanClassName(className),
      colour: classColors[index],
    })),
    { id: 'unread', title: words.unread },
    { id: 'uncertain', title: words.uncertain },
    { id: 'unfamiliar', title: words.unfamiliar },
  ];
  const filled = numbers.filter(({ id }) => isFilled(slides, id));
  const untold = numbers.filter((column) => !filled.includes(column)).map(({ title }) => title);
  return { shown: [...always, ...filled], untold };
}

interface RowProps {
  readonly row: CohortSlide;
  readonly number: number;
  /** Null where this slide has none; undefined where none has. */
  readonly picture: string | null | undefined;
  readonly columns: readonly Column[];
  readonly onMove: (to: number) => void;
}

function Row({ row, number, picture, columns, onMove }: RowProps) {
  const { openCohortRow, showCohort } = useActions();
  const open = () => {
    showCohort(false);
    openCohortRow(row);
  };
  return (
    <tr aria-rowindex={number + 2}>
      {picture !== undefined && <td>{picture !== null && <img src={picture} alt="" loading="lazy" />}</td>}
      {columns.map(({ id, colour }) =>
        id === 'name' ? (
          <th key={id} scope="row">
            <button
              type="button"
              className="quiet"
              data-row={number}
              title={row.source}
              onClick={open}
              onKeyDown={(event) => {
                const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
                if (step === undefined) return;
                event.preventDefault();
                onMove(number + step);
              }}
            >
              {row.name}
            </button>
          </th>
        ) : (
          <td
            key={id}
            title={id === 'status' ? row.failure?.message : undefined}
            data-number={isNumber(id) || undefined}
            style={colour === undefined ? undefined : shareBar(cohortValue(row, id), colour)}
          >
            {cellText(row, id)}
          </td>
        ),
      )}
    </tr>
  );
}

function isNumber(column: CohortColumn): boolean {
  return column !== 'name' && column !== 'status';
}

/** A bar under the number (cohort.css), so that a column is read at a glance. */
function shareBar(share: string | number | null, colour: string) {
  return typeof share === 'number' ? ({ '--share': share, '--colour': colour } as CSSProperties) : undefined;
}

function cellText(row: CohortSlide, column: CohortColumn): string {
  const value = cohortValue(row, column);
  if (column === 'status') {
    return row.failure == null ? words.statuses[row.status] : `${words.statuses[row.status]}: ${row.failure.code}`;
  }
  if (typeof value !== 'number') return '';
  return column === 'tissue' ? formatArea(value) : formatPercent(value);
}
