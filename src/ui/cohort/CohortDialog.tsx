// The slides of a cohort as a table: found, sorted, and opened with their results. Only the rows on screen are on the
// page, so that thousands scroll as smoothly as ten.

import '../styles/cohort.css';
import { useMemo, useRef, useState } from 'react';
import { type CohortColumn, type CohortSlide, cohortCsv, cohortValue, queryCohort } from '../../results/cohort.ts';
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
  const columns: readonly Column[] = [
    { id: 'name', title: words.name },
    { id: 'status', title: words.status },
    { id: 'tissue', title: words.tissue },
    ...content.classNames.map((className, index) => ({
      id: `class:${className}`,
      title: humanClassName(className),
      colour: content.classColors[index],
    })),
    { id: 'unread', title: words.unread },
    { id: 'uncertain', title: words.uncertain },
    { id: 'unfamiliar', title: words.unfamiliar },
  ];
  const sortBy = (id: CohortColumn) => {
    // Names from A, numbers from the largest: what one looks for first.
    setDescending(id === column ? !descending : id !== 'name' && id !== 'status');
    setColumn(id);
  };
  return (
    <div className="cohort">
      <p className="hint">{words.about(formatCount(content.slides.length), content.model.title)}</p>
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
              <th scope="col">{words.map}</th>
              {columns.map(({ id, title, colour }) => (
                <th
                  key={id}
                  scope="col"
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
                picture={pictureUrls[row.id]}
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

interface RowProps {
  readonly row: CohortSlide;
  readonly number: number;
  readonly picture: string | undefined;
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
      <td>{picture !== undefined && <img src={picture} alt="" loading="lazy" />}</td>
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
            style={colour === undefined ? undefined : shareBar(cohortValue(row, id), colour)}
          >
            {cellText(row, id)}
          </td>
        ),
      )}
    </tr>
  );
}

/** A bar under the number, so that a column is read at a glance. */
function shareBar(share: string | number | null, colour: string) {
  if (typeof share !== 'number') return undefined;
  const paint = `color-mix(in srgb, ${colour} 30%, transparent)`;
  return { background: `linear-gradient(${paint}) no-repeat 0 100% / ${share * 100}% 6px` };
}

function cellText(row: CohortSlide, column: CohortColumn): string {
  const value = cohortValue(row, column);
  if (column === 'status') {
    return row.failure == null ? words.statuses[row.status] : `${words.statuses[row.status]}: ${row.failure.code}`;
  }
  if (typeof value !== 'number') return '';
  return column === 'tissue' ? formatArea(value) : formatPercent(value);
}
