// What a legend shows: the classes with their colours and shares, or a colour ramp with numbers. Data only; drawing it
// is the interface's and the picture export's work. The colours are the very ones that are painted.

import { type AnalysisResult, cellStatus } from '../results/analysis-result.ts';
import { likeliestClass } from '../results/statistics.ts';
import { type LayerGrid, scaleOf } from './cell-pixels.ts';
import { formatHex } from './colour.ts';
import { type ColourScale, unreadColours } from './colour-map.ts';
import type { Layer } from './layer-name.ts';
import { type LayerStyle, plainStyle, styledColours } from './layer-style.ts';

export interface ClassSwatch {
  readonly className: string;
  /** "#rrggbb". */
  readonly colour: string;
  /** The user took it off the map. */
  readonly hidden: boolean;
  /** Cells whose likeliest class it is. */
  readonly cells: number;
  /** 0..1 of the done cells; 0 when none is done. */
  readonly share: number;
  /** Null until the run has ended. */
  readonly areaMm2: number | null;
}

/** Cells whose tiles could not be had, hatched; null when there are none. */
export interface UnreadSwatch {
  readonly cells: number;
  /** "#rrggbb" of the stripes and of what is between them. */
  readonly line: string;
  readonly ground: string;
}

export interface RampTick {
  /** 0..1 along the ramp. */
  readonly position: number;
  readonly label: string;
}

/** A value that divides a ramp. */
export interface RampLimit {
  /** 0..1 along the ramp; null where the ramp does not reach the value. */
  readonly position: number | null;
  readonly label: string;
}

export type Legend =
  | { readonly kind: 'classes'; readonly swatches: readonly ClassSwatch[]; readonly unread: UnreadSwatch | null }
  | {
      readonly kind: 'ramp';
      /** "#rrggbb", equal steps from the least to the greatest value. */
      readonly colours: readonly string[];
      /** Least, middle, greatest. */
      readonly ticks: readonly RampTick[];
      /** Below which tissue is unlike the one the model was trained on; null for other layers, or where it is not known. */
      readonly limit: RampLimit | null;
      readonly unread: UnreadSwatch | null;
    };

/**
 * The legend of a layer over a result (or a run's live arrays); null where the layer paints no value. `unlikeBelow`: the
 * model's limit of familiarity, 0..1, where it has one.
 */
export function legendOf(
  layer: Layer,
  result: LayerGrid & Partial<Pick<AnalysisResult, 'areaMm2'>>,
  classColors: readonly string[],
  style: LayerStyle = plainStyle,
  unlikeBelow: number | null = null,
): Legend | null {
  if (layer.kind === 'classes') return classLegend(result, classColors, style);
  const scale = scaleOf(layer, result, classColors, style);
  if (scale === null) return null;
  return {
    kind: 'ramp',
    colours: scale.colours.map(formatHex),
    ticks: ticksOf(scale),
    limit: layer.kind === 'familiarity' && unlikeBelow !== null ? limitOn(scale, unlikeBelow) : null,
    unread: unreadOf(result),
  };
}

function limitOn({ min, max }: ColourScale, value: number): RampLimit {
  const position = (value - min) / (max - min);
  return { position: position >= 0 && position <= 1 ? position : null, label: formatTick(value) };
}

function classLegend(
  result: LayerGrid & Partial<Pick<AnalysisResult, 'areaMm2'>>,
  given: readonly string[],
  style: LayerStyle,
): Legend {
  const colours = styledColours(result.classNames, given, style);
  const cells = new Array<number>(result.classNames.length).fill(0);
  let done = 0;
  for (let cell = 0; cell < result.status.length; cell++) {
    if (result.status[cell] !== cellStatus.done) continue;
    const best = likeliestClass(result, cell);
    cells[best] = (cells[best] ?? 0) + 1;
    done += 1;
  }
  const swatches = colours.map((colour, index): ClassSwatch => {
    const className = result.classNames[index] ?? '';
    const count = cells[index] ?? 0;
    return {
      className,
      colour: formatHex(colour),
      hidden: style.hidden.includes(className),
      cells: count,
      share: done === 0 ? 0 : count / done,
      areaMm2: result.areaMm2?.[className] ?? null,
    };
  });
  return { kind: 'classes', swatches, unread: unreadOf(result) };
}

function unreadOf({ status }: LayerGrid): UnreadSwatch | null {
  const cells = status.reduce((sum, value) => sum + (value === cellStatus.unread ? 1 : 0), 0);
  const { line, ground } = unreadColours;
  return cells === 0 ? null : { cells, line: formatHex(line), ground: formatHex(ground) };
}

/** Its numbers: least, middle, greatest. */
export function ticksOf({ min, max, clamps }: Pick<ColourScale, 'min' | 'max' | 'clamps'>): RampTick[] {
  return [
    { position: 0, label: `${clamps ? '≤ ' : ''}${formatTick(min)}` },
    { position: 0.5, label: formatTick((min + max) / 2) },
    { position: 1, label: `${clamps ? '≥ ' : ''}${formatTick(max)}` },
  ];
}

function formatTick(value: number): string {
  return String(Number(value.toFixed(3))).replace('-', '−');
}
