import { afterEach, describe, expect, test, vi } from 'vitest';
import { BlockedBytes, type ByteSource, FileBytes } from './byte-source.ts';
import { RemoteBytes } from './remote-bytes.ts';

const once = { tries: 1, firstPauseMs: 0, random: () => 0 };
const signal = new AbortController().signal;
const content = Uint8Array.from({ length: 1000 }, (_, k) => k % 251);

afterEach(() => {
  vi.unstubAllGlobals();
});

function counting(source: ByteSource) {
  const ranges: [number, number][] = [];
  return {
    ranges,
    get size() {
      return source.size;
    },
    get bytesRead() {
      return source.bytesRead;
    },
    read(start: number, end: number, stop: AbortSignal) {
      ranges.push([start, end]);
      return source.read(start, end, stop);
    },
  };
}

describe('blocks', () => {
  test('give the bytes asked for, wherever they begin and end', async () => {
    const blocks = new BlockedBytes(new FileBytes(new Blob([content])), {
      blockBytes: 64,
      windowBytes: 64,
      budgetBytes: 200,
    });
    for (const [start, end] of [
      [0, 1],
      [63, 65],
      [10, 500],
      [0, 1000],
      [990, 1200],
      [1000, 1010],
      [64, 128],
    ] as const) {
      expect([...(await blocks.read(start, end))]).toEqual([...content.subarray(start, end)]);
    }
  });

  test('ask once for neighbours, and not for what is there or under way', async () => {
    const source = counting(new FileBytes(new Blob([content])));
    const blocks = new BlockedBytes(source, { blockBytes: 100, windowBytes: 100 });
    await Promise.all([blocks.read(150, 350), blocks.read(210, 220), blocks.read(390, 410)]);
    await blocks.read(100, 500);
    expect(source.ranges).toEqual([
      [100, 400],
      [400, 500],
    ]);
  });

  test('fetch a window of neighbours for a picture, only what is asked for a tag', async () => {
    const source = counting(new FileBytes(new Blob([content])));
    const blocks = new BlockedBytes(source, { blockBytes: 50, windowBytes: 200 });
    expect([...(await blocks.read(420, 430, undefined, 'blocks'))]).toEqual([...content.subarray(420, 430)]);
    expect([...(await blocks.read(510, 520))]).toEqual([...content.subarray(510, 520)]);
    expect([...(await blocks.read(390, 610))]).toEqual([...content.subarray(390, 610)]);
    await blocks.read(0, 999);
    expect(source.ranges).toEqual([
      [400, 450],
      [450, 600],
      [200, 400],
      [600, 800],
      [0, 200],
      [800, 1000],
    ]);
  });

  test('a reader that leaves takes nothing from the others; a failure is not kept', async () => {
    let failing = true;
    const source: ByteSource = {
      size: 1000,
      bytesRead: 0,
      async read(start, end) {
        await Promise.resolve();
        if (failing) throw new Error('down');
        return content.slice(start, end).buffer;
      },
    };
    const blocks = new BlockedBytes(source, { blockBytes: 100, windowBytes: 100 });
    await expect(blocks.read(0, 10)).rejects.toThrow('down');
    failing = false;
    const leaving = new AbortController();
    const left = blocks.read(0, 10, leaving.signal);
    const stayed = blocks.read(5, 15);
    leaving.abort();
    await expect(left).rejects.toMatchObject({ name: 'AbortError' });
    expect([...(await stayed)]).toEqual([...content.subarray(5, 15)]);
  });
});

describe('a file behind a link', () => {
  const url = 'https://slides.example/a.svs';
  const answerRange =
    (total: string) =>
    async (_url: string, { headers }: { headers: { Range: string } }) => {
      const [, start = 0, end = 0] = /bytes=(\d+)-(\d+)/.exec(headers.Range)?.map(Number) ?? [];
      if (start >= content.length) return new Response(null, { status: 416 });
      const part = content.slice(start, end + 1);
      return new Response(part, { status: 206, headers: { 'Content-Range': `bytes ${start}-${end}/${total}` } });
    };

  test('is read in ranges', async () => {
    vi.stubGlobal('fetch', answerRange('1000'));
    const source = new RemoteBytes(url, once);
    expect([...new Uint8Array(await source.read(5, 9, signal))]).toEqual([5, 6, 7, 8]);
    expect([source.size, source.bytesRead]).toEqual([1000, 4]);
    expect((await source.read(5000, 5010, signal)).byteLength).toBe(0);
  });

  test('of unknown length ends where it ends', async () => {
    vi.stubGlobal('fetch', answerRange('*'));
    const blocks = new BlockedBytes(new RemoteBytes(url, once), { blockBytes: 300, windowBytes: 300 });
    expect([...(await blocks.read(850, 2000))]).toEqual([...content.subarray(850)]);
  });

  test('is taken whole from a server without ranges when it is small, once', async () => {
    const fetched = vi.fn(async () => new Response(content.slice()));
    vi.stubGlobal('fetch', fetched);
    const source = new RemoteBytes(url, once);
    expect(new Uint8Array(await source.read(5, 9, signal))).toEqual(content.subarray(5, 9));
    expect(new Uint8Array(await source.read(990, 2000, signal))).toEqual(content.subarray(990));
    expect([fetched.mock.calls.length, source.bytesRead, source.size]).toEqual([1, 1000, 1000]);
  });

  test('is refused from a server without ranges when it is large', async () => {
    const headers = { 'Content-Length': String(5e9) };
    vi.stubGlobal('fetch', async () => new Response(content.slice(), { headers }));
    await expect(new RemoteBytes(url, once).read(0, 10, signal)).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('range'),
    });
  });
});
