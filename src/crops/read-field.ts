// Reads planned fields through the tile store: asks for every tile at once, lays them together, averages.

import type { TiledLevel } from '../pyramid/geometry.ts';
import type { TilePriority } from '../tiles/tile-queue.ts';
import type { Tile, TileStore } from '../tiles/tile-store.ts';
import { areaAverage } from './area-average.ts';
import { assemble } from './assemble.ts';
import type { FieldRaster } from './pixels.contract.ts';
import { type FieldPlan, planSource } from './plan.ts';

/**
 * The raster of `plan`.
 * @throws Failure `tile-unavailable` when one of its tiles can't be had; an AbortError.
 */
export async function readField(
  store: TileStore,
  plan: FieldPlan,
  priority: TilePriority,
  signal?: AbortSignal,
): Promise<FieldRaster> {
  return readFieldWith(store, plan, (column, row) => store.get({ level: plan.level, column, row }, priority, signal));
}

/** As `readField`, with the tiles from `tileAt`; parts for which it gives null are transparent. */
export async function readFieldWith(
  store: TileStore,
  plan: FieldPlan,
  tileAt: (column: number, row: number) => Promise<Tile | null>,
): Promise<FieldRaster> {
  const level = levelOf(store, plan.level);
  const { columns, rows, tileColumns, tileRows } = planSource(plan, level);
  const tiles = new Map<number, Tile | null>();
  const across = Math.ceil(level.width / level.tileWidth);
  await Promise.all(
    tileRows.flatMap((row) =>
      tileColumns.map(async (column) => {
        tiles.set(row * across + column, await tileAt(column, row));
      }),
    ),
  );
  const startMs = performance.now();
  const source = assemble(columns, rows, level, (column, row) => tiles.get(row * across + column) ?? null);
  const { width, height, data } = areaAverage(source, plan.x, plan.y);
  return { width, height, data, cutMs: performance.now() - startMs };
}

function levelOf(store: TileStore, level: number): TiledLevel {
  const found = store.description.levels[level];
  if (found === undefined) throw new RangeError(`No level ${level}`);
  return found;
}
