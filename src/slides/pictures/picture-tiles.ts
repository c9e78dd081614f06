// A pyramid whose tiles are picture files without overlap, each at an address that its format computes: what IIIF,
// Zoomify and JSON tile descriptions come down to. It knows none of them.

import type { TiledLevel } from '../../pyramid/geometry.ts';
import type { SlideFiles } from '../bytes/slide-files.ts';
import { damagedTile } from '../damaged-tile.ts';
import { MAX_TILE_PX } from '../slide-facts.ts';
import type { SlideDescription, SlideSource, SourceTile, TileAddress } from '../slide-source.ts';
import { HEADER_BYTES, pictureSize } from './picture-size.ts';

/** Where a tile's file is, relative to the description or absolute; null when the pyramid has no such tile. */
export type TilePath = (address: TileAddress, level: TiledLevel) => string | null;

export interface PictureTilesOptions {
  /** What a tile repeats of its neighbours on each inner side. */
  readonly overlapPx?: number;
  /** How much narrower or lower a tile at the slide's edge may be than the format says: servers round otherwise. */
  readonly slackPx?: number;
}

export class PictureTiles implements SlideSource {
  readonly description: SlideDescription;
  readonly #files: SlideFiles;
  readonly #pathOf: TilePath;
  readonly #overlapPx: number;
  readonly #slackPx: number;

  constructor(
    files: SlideFiles,
    description: SlideDescription,
    pathOf: TilePath,
    { overlapPx = 0, slackPx = 0 }: PictureTilesOptions = {},
  ) {
    this.#files = files;
    this.description = description;
    this.#pathOf = pathOf;
    this.#overlapPx = overlapPx;
    this.#slackPx = slackPx;
  }

  get bytesFetched(): number {
    return this.#files.bytesRead;
  }

  async readTile(address: TileAddress, signal: AbortSignal): Promise<SourceTile> {
    const level = this.description.levels[address.level];
    if (level === undefined) throw new RangeError(`No level ${address.level}`);
    const path = this.#pathOf(address, level);
    const blob = path === null ? null : await this.#files.read(path, signal);
    if (blob === null) return { kind: 'missing' };
    await requireDecodable(blob);
    const { column, row } = address;
    const core = {
      x: column === 0 ? 0 : this.#overlapPx,
      y: row === 0 ? 0 : this.#overlapPx,
      width: Math.min(level.tileWidth, level.width - column * level.tileWidth),
      height: Math.min(level.tileHeight, level.height - row * level.tileHeight),
    };
    const atEdge = (column + 1) * level.tileWidth >= level.width || (row + 1) * level.tileHeight >= level.height;
    // Servers that have no level as small as the format wants send a larger one instead.
    const isWholeLevel = address.level > 0 && level.width <= level.tileWidth && level.height <= level.tileHeight;
    return { kind: 'encoded', blob, core, slackPx: atEdge ? this.#slackPx : 0, isWholeLevel };
  }

  close(): void {}
}

/** A picture of few bytes may unfold to more than memory holds. */
async function requireDecodable(blob: Blob): Promise<void> {
  const size = pictureSize(new Uint8Array(await blob.slice(0, HEADER_BYTES).arrayBuffer()));
  if (size === null || size.width * size.height <= MAX_TILE_PX) return;
  throw damagedTile(`it says that it is ${size.width} x ${size.height} px, far more than a tile is`);
}
