import { describe, expect, test } from 'vitest';
import { isAbort } from '../lib/abort.ts';
import { Failure } from '../lib/failure.ts';
import type { SlideDescription, SlideSource, SourceTile, TileAddress } from '../slides/slide-source.ts';
import { CoolDown } from './cool-down.ts';
import type { PictureDecoder } from './picture-decoder.ts';
import { TileQueue } from './tile-queue.ts';
import { BACKGROUND, TileStore } from './tile-store.ts';

const TILE_BYTES = 4 * 8 * 8;
const level = { width: 64, height: 64, downsample: 1, tileWidth: 8, tileHeight: 8 };
const description: SlideDescription = {
  width: 64,
  height: 64,
  mppX: 1,
  mppY: 1,
  levels: [level],
  name: 'test',
  format: 'test',
  mppSource: null,
  objectivePower: null,
  sparse: false,
  properties: {},
};

/** A source whose reads the test answers by hand. */
class HeldSource implements SlideSource {
  readonly description = description;
  bytesFetched = 0;
  closed = false;
  readonly reads: { name: string; signal: AbortSignal; answer(tile: SourceTile): void; fail(error: Error): void }[] =
    [];

  readTile({ column, row }: TileAddress, signal: AbortSignal): Promise<SourceTile> {
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      this.reads.push({ name: `${column},${row}`, signal, answer: resolve, fail: reject });
    });
  }

  close(): void {
    this.closed = true;
  }

  get names(): string[] {
    return this.reads.map(({ name }) => name);
  }
}

const decoder: PictureDecoder = {
  openBitmaps: 0,
  decode: async (_blob, { width, height }) => ({ width, height, data: new Uint8ClampedArray(4 * width * height) }),
  toBitmap: () => Promise.reject(new Error('not used')),
  handedOut: () => {},
};

function pixels(): SourceTile {
  return { kind: 'pixels', width: 8, height: 8, data: new Uint8ClampedArray(TILE_BYTES) };
}

function storeOf(
  source: SlideSource,
  options: { budgetTiles?: number; maxRunning?: number; sparse?: boolean; coolDown?: CoolDown } = {},
) {
  return new TileStore(source, { ...description, sparse: options.sparse ?? false }, decoder, {
    budgetBytes: (options.budgetTiles ?? 100) * TILE_BYTES,
    maxRunning: options.maxRunning ?? 2,
    ...(options.coolDown === undefined ? {} : { coolDown: options.coolDown }),
  });
}

const at = (column: number, row = 0): TileAddress => ({ level: 0, column, row });
/** Lets everything that is ready to go on, go on. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('a tile wanted by several', () => {
  test('is read and decoded once, and kept', async () => {
    const source = new HeldSource();
    const store = storeOf(source);
    const wanted = [store.get(at(1), 'visible'), store.get(at(1), 'run')];
    await settle();
    expect(source.names).toEqual(['1,0']);
    source.reads[0]?.answer({ kind: 'encoded', blob: new Blob(), core: { x: 0, y: 0, width: 8, height: 8 } });
    const [first, second] = await Promise.all(wanted);
    expect(first).toBe(second);
    expect(await store.get(at(1), 'prefetch')).toBe(first);
    expect(store.stats).toMatchObject({ tilesDecoded: 1, tilesUnique: 1, tileBytes: TILE_BYTES });
  });

  test('is stopped only when the last of them has left, and can be wanted again', async () => {
    const source = new HeldSource();
    const store = storeOf(source);
    const [viewer, run] = [new AbortController(), new AbortController()];
    const wanted = [store.get(at(0), 'visible', viewer.signal), store.get(at(0), 'run', run.signal)];
    await settle();
    viewer.abort();
    await expect(wanted[0]).rejects.toSatisfy(isAbort);
    expect(source.reads[0]?.signal.aborted).toBe(false);
    run.abort();
    await expect(wanted[1]).rejects.toSatisfy(isAbort);
    expect(source.reads[0]?.signal.aborted).toBe(true);
    const again = store.get(at(0), 'visible');
    await settle();
    source.reads[1]?.answer(pixels());
    expect(await again).toMatchObject({ width: 8 });
  });
});

describe('who goes first', () => {
  test('the screen before a run before what may be needed; on screen the newest wish', async () => {
    const source = new HeldSource();
    const store = storeOf(source, { maxRunning: 1 });
    const wishes = [
      [9, 'run'],
      [1, 'prefetch'],
      [2, 'run'],
      [3, 'run'],
      [4, 'visible'],
      [5, 'visible'],
    ] as const;
    const wanted = wishes.map(([column, priority]) => store.get(at(column), priority));
    for (let k = 0; k < wishes.length; k++) {
      await settle();
      source.reads[k]?.answer(pixels());
    }
    await Promise.all(wanted);
    expect(source.names).toEqual(['9,0', '5,0', '4,0', '2,0', '3,0', '1,0']);
  });

  test('a waiting tile moves up when the screen wants it too, and leaves the queue when nobody does', async () => {
    const source = new HeldSource();
    const store = storeOf(source, { maxRunning: 1 });
    const gone = new AbortController();
    const first = store.get(at(0), 'run');
    const second = store.get(at(1), 'run', gone.signal);
    const third = store.get(at(2), 'run');
    const fourth = store.get(at(3), 'run');
    const raised = store.get(at(3), 'visible');
    gone.abort();
    await expect(second).rejects.toSatisfy(isAbort);
    for (let k = 0; k < 3; k++) {
      await settle();
      source.reads[k]?.answer(pixels());
    }
    await Promise.all([first, third, fourth, raised]);
    expect(source.names).toEqual(['0,0', '3,0', '2,0']);
  });

  test('no more run at once than agreed', async () => {
    const queue = new TileQueue(3);
    let [running, most] = [0, 0];
    const signal = new AbortController().signal;
    const tasks = Array.from({ length: 20 }, () =>
      queue.add('run', signal, async () => {
        most = Math.max(most, ++running);
        await settle();
        running--;
      }),
    );
    await Promise.all(tasks.map(({ result }) => result));
    expect(most).toBe(3);
  });
});

describe('what fails', () => {
  const flaky = (failures: readonly Error[]): SlideSource & { tries: number } => ({
    description,
    bytesFetched: 0,
    tries: 0,
    async readTile() {
      const failure = failures[this.tries++];
      if (failure !== undefined) throw failure;
      return pixels();
    },
    close: () => {},
  });

  test('is told as unavailable with the reason, and asked for anew after a while', async () => {
    let nowMs = 0;
    const source = flaky([new Failure('network', 'The server failed.')]);
    const store = storeOf(source, { coolDown: new CoolDown(() => nowMs) });
    await expect(store.get(at(0), 'run')).rejects.toMatchObject({ code: 'tile-unavailable', mayPass: true });
    nowMs = 499;
    await expect(store.get(at(0), 'run')).rejects.toMatchObject({
      code: 'tile-unavailable',
      message: expect.stringContaining('The server failed.'),
    });
    nowMs = 1500;
    expect(await store.get(at(0), 'run')).toMatchObject({ width: 8 });
  });

  test('by a network in trouble is no proof that a level has no tiles', async () => {
    let nowMs = 0;
    let isUp = false;
    const source: SlideSource = {
      ...flaky([]),
      async readTile({ column, row }) {
        if (column === 0 && row === 0) return { kind: 'missing' };
        if (!isUp) throw new Failure('network', 'The server failed.');
        return pixels();
      },
    };
    const store = storeOf(source, { sparse: true, coolDown: new CoolDown(() => nowMs) });
    await expect(store.get(at(0), 'run')).rejects.toMatchObject({ code: 'tile-unavailable', mayPass: true });
    isUp = true;
    nowMs = 100_000;
    expect(await store.get(at(0), 'run')).toBe(BACKGROUND);
  });

  test('by a bug is not dressed up', async () => {
    await expect(storeOf(flaky([new TypeError('bug')])).get(at(0), 'run')).rejects.toThrow(TypeError);
  });
});

describe('a tile that is not there', () => {
  const withTiles = (there: (address: TileAddress) => boolean): SlideSource & { asked: string[] } => ({
    description,
    bytesFetched: 0,
    asked: [],
    async readTile(address) {
      this.asked.push(`${address.column},${address.row}`);
      return there(address) ? pixels() : { kind: 'missing' };
    },
    close: () => {},
  });

  test('is an error in a pyramid that should be whole', async () => {
    const store = storeOf(withTiles(({ column }) => column > 0));
    await store.get(at(1), 'run');
    await expect(store.get(at(0), 'run')).rejects.toMatchObject({ code: 'tile-unavailable' });
  });

  test('is background in a sparse one, on a level that has tiles', async () => {
    const source = withTiles(({ column, row }) => column === 2 && row === 4);
    const store = storeOf(source, { sparse: true });
    expect(await store.get(at(0), 'run')).toBe(BACKGROUND);
    const asked = source.asked.length;
    expect(await store.get(at(0), 'visible')).toBe(BACKGROUND);
    expect(source.asked.length).toBe(asked);
  });

  test('is an error when the whole level is not there', async () => {
    const store = storeOf(
      withTiles(() => false),
      { sparse: true },
    );
    await expect(store.get(at(0), 'run')).rejects.toMatchObject({ code: 'tile-unavailable' });
  });
});

test('keeps within its budget, the least recently used go first', async () => {
  const source = new HeldSource();
  const store = storeOf(source, { budgetTiles: 2 });
  for (const [k, column] of [0, 1, 0, 2, 0, 1].entries()) {
    const wanted = store.get(at(column), 'run');
    await settle();
    source.reads[k]?.answer(pixels());
    source.reads.at(-1)?.answer(pixels());
    await wanted;
    expect(store.stats.tileBytes).toBeLessThanOrEqual(2 * TILE_BYTES);
  }
  expect(source.names).toEqual(['0,0', '1,0', '2,0', '1,0']);
  expect(store.stats).toMatchObject({ tilesDecoded: 4, tilesUnique: 3 });
});

test('closing stops what is under way and gives everything back', async () => {
  const source = new HeldSource();
  const store = storeOf(source);
  const kept = store.get(at(0), 'run');
  await settle();
  source.reads[0]?.answer(pixels());
  await kept;
  const underWay = store.get(at(1), 'run');
  await settle();
  store.close();
  await expect(underWay).rejects.toSatisfy(isAbort);
  expect([store.stats.tileBytes, source.closed]).toEqual([0, true]);
});
