// The head of a column that a table can be ordered by.

interface SortHeadProps {
  readonly title: string;
  /** Said and shown as a hint where the title is short. */
  readonly longTitle?: string;
  /** null when the table is ordered by another column. */
  readonly order: 'ascending' | 'descending' | null;
  readonly onSort: () => void;
}

export function SortHead({ title, longTitle, order, onSort }: SortHeadProps) {
  return (
    <th scope="col" aria-sort={order ?? undefined}>
      <button type="button" className="quiet" title={longTitle} aria-label={longTitle} onClick={onSort}>
        {title}
        <span aria-hidden="true">{order === null ? '' : order === 'descending' ? ' ↓' : ' ↑'}</span>
      </button>
    </th>
  );
}
