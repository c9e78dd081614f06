// The interface's few icons: one stroke, the colour of the text beside them. Decoration only; names stand on the buttons.

const paths = {
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  fit: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  crosshair: 'M8 1.5v5M8 9.5v5M1.5 8h5M9.5 8h5',
  panel: 'M2 3h12v10H2zM10 3v10',
  turnLeft: 'M3 3v3.5h3.5M3.2 6.3A5.2 5.2 0 1 1 2.8 9',
  turnRight: 'M13 3v3.5H9.5M12.8 6.3A5.2 5.2 0 1 0 13.2 9',
  compare: 'M2 3h12v10H2zM8 3v10',
  loupe: 'M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 1 1 0-9M10.3 10.3L14 14',
  map: 'M2 3h12v10H2zM8.5 8h4v3.5h-4z',
  measure: 'M1.5 10.5l9-9 4 4-9 9zM4 8l1.5 1.5M6.5 5.5L8 7M9 3l1.5 1.5',
  mirror: 'M8 2v12M6 4.5L2 11.5h4zM10 4.5l4 7h-4z',
  close: 'M4 4l8 8M12 4l-8 8',
  undo: 'M5.5 3L2.5 6l3 3M2.5 6h7a4 4 0 0 1 0 8H6',
  redo: 'M10.5 3l3 3-3 3M13.5 6h-7a4 4 0 0 0 0 8H10',
  remove: 'M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5',
  go: 'M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M8 1.5v2M8 12.5v2M1.5 8h2M12.5 8h2',
  lock: 'M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2',
  down: 'M4 6.5L8 10.5 12 6.5',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}

/** The product's mark: one centre, three fields. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 24 24" aria-hidden="true">
      <rect x="1.5" y="1.5" width="21" height="21" rx="2" />
      <rect x="6" y="6" width="12" height="12" rx="1.5" />
      <rect className="mark-centre" x="9.75" y="9.75" width="4.5" height="4.5" rx="1" />
    </svg>
  );
}

/** Which of several concentric fields is meant: the squares of all, that one strong. `index` counts from the finest. */
export function FieldKey({ index, count }: { readonly index: number; readonly count: number }) {
  return (
    <svg className="field-key" viewBox="0 0 16 16" aria-hidden="true">
      {Array.from({ length: count }, (_, field) => {
        const side = 14 * ((field + 1) / count);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: the squares never change places
            key={field}
            className={field === index ? 'field-key-this' : undefined}
            x={8 - side / 2}
            y={8 - side / 2}
            width={side}
            height={side}
          />
        );
      })}
    </svg>
  );
}
