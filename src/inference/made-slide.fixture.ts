// A slide for tests whose pixels are computed, behind the real tile store and the real crop reading. Tiles can be made
// to fail, and reading can be held up.

import { setMaxListeners } from 'node:events';
import type { FieldRequest } from '../crops/pixels.contract.ts';
import type { PixelsClient } from '../crops/pixels-port.ts';
import { planField } from '../crops/plan.ts';
import { readField } from '../crops/read-field.ts';
import { readThumbnail } from '../crops/thumbnail.ts';
import { Failure } from '../lib/failure.ts';
import type { SlideDescription, SlideSource, TileAddress } from '../slides/slide-source.ts';
import { TileStore } from '../tiles/tile-store.ts';

const tilePx = 64;

/** 600 x 500 px at 0.5 um/px, levels of 1, 2 and 4: hatched tissue in a white margin on the right. */
export const madeSlide: SlideDescription = {
  name: 'made',
  format: 'made',
  width: 600,
  height: 500,
  mppX: 0.5,
  mppY: 0.5,
  mppSource: 'metadata',
  objectivePower: null,
  sparse: false,
  properties: {},
  levels: [1, 2, 4].map((downsample) => ({
    width: Math.ceil(600 / downsample),
    height: Math.ceil(500 / downsample),
    downsample,
    tileWidth: tilePx,
    tileHeight: tilePx,
  })),
};

/** Left of this, level-0 px, there is tissue. */
export const tissueRightPx = 480;

export interface MadePixels {
  readonly client: PixelsClient;
  /** Tiles that can't be had, "level/column_row". */
  readonly broken: Set<string>;
  /** Every field asked for. */
  readonly asked: FieldRequest[];
}

export function madePixels(): MadePixels {
  const broken = new Set<string>();
  const asked: FieldRequest[] = [];
  const source: SlideSource = {
    description: madeSlide,
    bytesFetched: 0,
    async readTile(address) {
      const { level, column, row } = address;
      if (broken.has(`${level}/${column}_${row}`)) throw new Failure('tile-unavailable', 'This tile is broken.');
      return makeTile(address);
    },
    close() {},
  };
  const decoder = {
    openBitmaps: 0,
    decode: () => Promise.reject(new Error('Made tiles are pixels already.')),
    toBitmap: () => Promise.reject(new Error('There is no screen here.')),
    handedOut() {},
  };
  const store = new TileStore(source, madeSlide, decoder, {
    budgetBytes: 1 << 26,
    maxRunning: 8,
  });
  const client = {
    async call(name: string, argument: unknown, { signal }: { signal?: AbortSignal } = {}) {
      // Many tiles wait on one signal; Node takes that for a leak.
      if (signal !== undefined) setMaxListeners(0, signal);
      if (name === 'fields') {
        const { fields } = argument as { fields: FieldRequest[] };
        asked.push(...fields);
        return Promise.all(fields.map((field) => readField(store, planField(madeSlide, field), 'run', signal)));
      }
      if (name === 'thumbnail')
        return readThumbnail(store, (argument as { longestSidePx: number }).longestSidePx, signal);
      throw new Error(`The made slide has no call ${name}.`);
    },
    fail() {},
    on: () => () => {},
  };
  return { client: client as unknown as PixelsClient, broken, asked };
}

function makeTile({ level, column, row }: TileAddress): {
  kind: 'pixels';
  data: Uint8ClampedArray<ArrayBuffer>;
  width: number;
  height: number;
} {
  const size = madeSlide.levels[level];
  if (size === undefined) throw new Error(`There is no level ${level}.`);
  const width = Math.min(tilePx, size.width - column * tilePx);
  const height = Math.min(tilePx, size.height - row * tilePx);
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [px, py] = [column * tilePx + x, row * tilePx + y];
      data.set([...colourAt(px, py, size.downsample), 255], (y * width + x) * 4);
    }
  }
  return { kind: 'pixels', data, width, height };
}

/** Each level has a texture of its own, so that a field read from the wrong level shows. */
function colourAt(x: number, y: number, downsample: number): [number, number, number] {
  if (x * downsample >= tissueRightPx) return [245, 244, 246];
  const hatch = ((x * 7 + y * 3 + downsample * 50) ^ (x * y)) & 63;
  const slow = 40 * ((x * downsample) / 600) + 30 * ((y * downsample) / 500);
  return [190 - hatch - slow, 90 + (hatch >> 1) + slow, 170 - (hatch >> 1)];
}
