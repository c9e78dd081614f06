// The user's regions over the slide: outlines with their names. Paths are written once in level-0 px and moved as a whole
// with the view, so that many stay smooth. Takes no pointer events; drawing new ones is shape-drawing.ts.

import type { Rect } from '../pyramid/geometry.ts';
import type { RegionGeometry, SimpleGeometry } from '../regions/region.ts';
import { extentOf, linesOf, partsOf } from '../regions/shape.ts';
import { lineBox, textStyleOf, textWidthPx } from './text-size.ts';
import { axesOf, boundsOf, cornersOf, toScreen, type ViewTransform } from './view-transform.ts';

/** What is drawn of a region. */
export interface ShownRegion {
  readonly id: string;
  readonly name: string;
  /** CSS colour. */
  readonly colour: string;
  readonly geometry: RegionGeometry;
  readonly selected: boolean;
}

/** A region narrower than this on screen carries no name, CSS px. */
const NARROWEST_NAMED_PX = 36;
const svgNamespace = 'http://www.w3.org/2000/svg';

export class RegionShapes {
  readonly #svg = document.createElementNS(svgNamespace, 'svg');
  readonly #paths = document.createElementNS(svgNamespace, 'g');
  readonly #names = document.createElementNS(svgNamespace, 'g');
  #shown: { readonly region: ShownRegion; readonly name: SVGTextElement; readonly namePx: number }[] = [];
  #nameBoxes: readonly Rect[] = [];
  /** Size of the names' text, CSS px. */
  #textPx = 0;
  #transform: ViewTransform | null = null;

  constructor(host: HTMLElement) {
    this.#svg.setAttribute('class', 'viewer-marks viewer-regions');
    this.#svg.setAttribute('aria-hidden', 'true');
    this.#svg.append(this.#paths, this.#names);
    host.append(this.#svg);
  }

  setRegions(regions: readonly ShownRegion[]): void {
    this.#paths.replaceChildren(...regions.flatMap(pathsOf));
    const style = textStyleOf(this.#svg);
    this.#textPx = style.sizePx;
    this.#shown = regions.map((region) => {
      const name = document.createElementNS(svgNamespace, 'text');
      name.setAttribute('class', 'region-name');
      name.style.fill = region.colour;
      name.textContent = region.name;
      return { region, name, namePx: textWidthPx(region.name, style) };
    });
    this.#names.replaceChildren(...this.#shown.map(({ name }) => name));
    this.update(this.#transform);
  }

  /** Moves everything to where it now lies. `null`: no slide, nothing shows. */
  update(transform: ViewTransform | null): void {
    this.#transform = transform;
    this.#svg.style.visibility = transform === null ? 'hidden' : 'inherit';
    if (transform === null) return;
    this.#paths.setAttribute('transform', slideMatrix(transform));
    this.#nameBoxes = this.#shown.flatMap(({ region, name, namePx }) => {
      const { x, y, width } = boundsOf(
        cornersOf(extentOf(region.geometry)).map((corner) => toScreen(transform, corner)),
      );
      const left = Math.round(x) + 1;
      const baseline = Math.round(y > 20 ? y - 5 : y + 15);
      const isNamed = width >= NARROWEST_NAMED_PX;
      name.setAttribute('x', String(left));
      name.setAttribute('y', String(baseline));
      name.style.visibility = isNamed ? 'inherit' : 'hidden';
      return isNamed ? [lineBox(left, baseline, namePx, this.#textPx)] : [];
    });
  }

  /** Where names now stand, CSS px. */
  nameBoxes(): readonly Rect[] {
    return this.#transform === null ? [] : this.#nameBoxes;
  }
}

/** The view as an SVG matrix from level-0 px to CSS px. */
function slideMatrix(transform: ViewTransform): string {
  const { a, b, c, d } = axesOf(transform);
  const { scale } = transform;
  const origin = toScreen(transform, { x: 0, y: 0 });
  return `matrix(${a * scale} ${b * scale} ${c * scale} ${d * scale} ${origin.x} ${origin.y})`;
}

function pathsOf({ colour, geometry, selected }: ShownRegion): SVGPathElement[] {
  return partsOf(geometry).flatMap((part) => pathsOfPart(part, colour, selected));
}

function pathsOfPart(geometry: SimpleGeometry, colour: string, selected: boolean): SVGPathElement[] {
  const isArea = geometry.type === 'Polygon' || geometry.type === 'MultiPolygon';
  const d = linesOf(geometry)
    // A line of no length with round ends is a dot.
    .map((line) => `M${line.map(([x, y]) => `${x},${y}`).join('L')}${isArea ? 'Z' : line.length === 1 ? 'h0' : ''}`)
    .join('');
  return ['dark', 'own'].map((kind) => {
    const path = document.createElementNS(svgNamespace, 'path');
    path.setAttribute(
      'class',
      `${kind}${selected ? ' selected' : ''}${geometry.type.endsWith('Point') ? ' dots' : ''}`,
    );
    path.setAttribute('d', d);
    if (kind === 'own') path.style.stroke = colour;
    return path;
  });
}
