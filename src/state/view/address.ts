// The address of a view: what the query of the page's link means, and the link that brings a view back.
// Pure text; address-sync.ts keeps the browser's address bar up to date.

/** What an address asks for; a member that is absent was not named (or was bad, and is told in `problems`). */
export interface ViewAddress {
  /** Link or id. */
  readonly slide?: string;
  /** Id or link. */
  readonly model?: string;
  /** Centre, level-0 px. */
  readonly x?: number;
  readonly y?: number;
  /** 10 / (um a CSS pixel). */
  readonly magnification?: number;
  /** Degrees clockwise, 0 to 360. */
  readonly rotation?: number;
  /** Mirrored left to right. */
  readonly flipped?: boolean;
  /** A layer name; whether the model has it is known only later. */
  readonly layer?: string;
  /** 0..1. */
  readonly opacity?: number;
  /** One of OpenSeadragon's own drawers in place of ours. */
  readonly drawer?: ForeignDrawer;
}

const foreignDrawers = ['canvas', 'webgl'] as const;
export type ForeignDrawer = (typeof foreignDrawers)[number];

export interface ParsedAddress {
  readonly address: ViewAddress;
  /** Sentences for the user, one a value that was ignored. */
  readonly problems: readonly string[];
}

const known = ['slide', 'model', 'x', 'y', 'mag', 'rotation', 'flip', 'layer', 'opacity', 'drawer'];

/** Reads the query of a page address (with or without "?"). Never throws. */
export function parseAddress(query: string): ParsedAddress {
  const parameters = new URLSearchParams(query);
  const problems: string[] = [];
  const number = (name: string, accepts: (value: number) => boolean, must: string): number | undefined => {
    const text = parameters.get(name);
    if (text === null) return undefined;
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isFinite(value) && accepts(value)) return value;
    problems.push(`The address says ${name}=${shorten(text)}, but ${name} must be ${must}; it was ignored.`);
    return undefined;
  };
  const text = (name: string): string | undefined => {
    const value = parameters.get(name);
    if (value === '') problems.push(`The address names ${name} without a value; it was ignored.`);
    return value === null || value === '' ? undefined : value;
  };
  const oneOf = <T extends string>(name: string, choices: readonly T[]): T | undefined => {
    const value = parameters.get(name);
    const chosen = choices.find((choice) => choice === value);
    if (value !== null && chosen === undefined) {
      problems.push(
        `The address says ${name}=${shorten(value)}, which is none of ${choices.join(', ')}; it was ignored.`,
      );
    }
    return chosen;
  };
  for (const name of new Set(parameters.keys())) {
    if (!known.includes(name)) problems.push(`The address has an unknown part "${shorten(name)}"; it was ignored.`);
  }
  const x = number('x', () => true, 'a number of level-0 pixels');
  const y = number('y', () => true, 'a number of level-0 pixels');
  const parsed = {
    slide: text('slide'),
    model: text('model'),
    x,
    y,
    magnification: number('mag', (value) => value > 0, 'a number above 0'),
    rotation: number('rotation', (value) => value >= 0 && value < 360, 'a number of degrees from 0 to below 360'),
    flipped: flag(number('flip', (value) => value === 0 || value === 1, '0 or 1')),
    layer: text('layer'),
    opacity: number('opacity', (value) => value >= 0 && value <= 1, 'a number from 0 to 1'),
    drawer: oneOf('drawer', foreignDrawers),
  };
  if ((x === undefined) !== (y === undefined)) {
    problems.push('The address names only one of x and y; both are needed to find the place, so it was ignored.');
    parsed.x = undefined;
    parsed.y = undefined;
  }
  return { address: withoutUndefined(parsed), problems };
}

/** The query that brings the view back, "?" first; empty when there is nothing to say. */
export function formatAddress(address: ViewAddress): string {
  const parts: [string, string][] = [];
  if (address.slide !== undefined) parts.push(['slide', address.slide]);
  if (address.model !== undefined) parts.push(['model', address.model]);
  if (address.x !== undefined && address.y !== undefined) {
    parts.push(['x', formatNumber(address.x, 1)], ['y', formatNumber(address.y, 1)]);
  }
  if (address.magnification !== undefined) parts.push(['mag', formatNumber(address.magnification, 4)]);
  if (address.rotation !== undefined) parts.push(['rotation', formatNumber(address.rotation, 2)]);
  if (address.flipped === true) parts.push(['flip', '1']);
  if (address.layer !== undefined) parts.push(['layer', address.layer]);
  if (address.opacity !== undefined) parts.push(['opacity', formatNumber(address.opacity, 2)]);
  if (address.drawer !== undefined) parts.push(['drawer', address.drawer]);
  if (parts.length === 0) return '';
  // Slashes and colons are legal in a query and easier to read as they are.
  const readable = (value: string) => encodeURIComponent(value).replaceAll('%2F', '/').replaceAll('%3A', ':');
  return `?${parts.map(([name, value]) => `${name}=${readable(value)}`).join('&')}`;
}

function flag(value: number | undefined): boolean | undefined {
  return value === undefined ? undefined : value === 1;
}

function formatNumber(value: number, decimals: number): string {
  return String(Number(value.toFixed(decimals)));
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>;
}
