import { expect, test } from 'vitest';
import { ByteAllowance, readBounded, readBoundedFile } from './bounded-body.ts';

/** A body that never ends, in parts of 1000 bytes, and how many of them were asked for. */
function endless() {
  const asked = { parts: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        asked.parts++;
        controller.enqueue(new Uint8Array(1000).fill(asked.parts));
      },
      cancel() {
        asked.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { asked, response: new Response(body) };
}

test('what fits is read whole, in one piece', async () => {
  const body = new Blob([Uint8Array.of(1, 2), Uint8Array.of(3)]);
  expect(await readBounded(new Response(body), new ByteAllowance(3))).toEqual(Uint8Array.of(1, 2, 3));
  expect(await readBounded(new Response(null), new ByteAllowance(0))).toEqual(new Uint8Array());
  expect(await readBoundedFile(body, new ByteAllowance(3))).toEqual(Uint8Array.of(1, 2, 3));
});

test('a body without an end is given up with the part that goes too far', async () => {
  const { response, asked } = endless();
  expect(await readBounded(response, new ByteAllowance(2500))).toBeNull();
  expect(asked).toEqual({ parts: 3, cancelled: true });
});

test('a length that is announced and too long is not even begun', async () => {
  const { response, asked } = endless();
  const announced = new Response(response.body, { headers: { 'Content-Length': '2501' } });
  expect(await readBounded(announced, new ByteAllowance(2500))).toBeNull();
  expect(asked).toEqual({ parts: 0, cancelled: true });
});

test('files that are read together share what they may have', async () => {
  const allowance = new ByteAllowance(5);
  const three = new Blob([new Uint8Array(3)]);
  expect(await readBoundedFile(three, allowance)).toHaveLength(3);
  expect(await readBounded(new Response(three), allowance)).toBeNull();
  expect(await readBoundedFile(new Blob([new Uint8Array(2)]), allowance)).toHaveLength(2);
});
