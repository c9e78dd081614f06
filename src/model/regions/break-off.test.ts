import { expect, test } from 'vitest';
import { serveCalls } from '../../lib/worker-call.ts';
import { runtimeMemory } from '../backends/backend.ts';
import { readGraph } from '../folder/graph-files.ts';
import { ModelFolder } from '../folder/model-folder.ts';
import { pickedFiles, tinyFolder } from '../tiny-model.fixture.ts';
import type { EncoderCalls, EncoderEvents } from './encoder.contract.ts';
import { connectEncoder } from './encoder-client.ts';
import { encoderHandlers } from './encoder-handlers.ts';

test('a region that is broken off gives nothing, leaves no tensor, and can be done again', async () => {
  const folder = await ModelFolder.open({ kind: 'files', files: pickedFiles(tinyFolder()) });
  const { network } = folder.manifest;
  if (network.kind !== 'encoder-head') throw new Error('The tiny model has no encoder.');
  const files = {
    encoders: await Promise.all(network.encoders.map((path) => readGraph(folder, path))),
    head: await readGraph(folder, network.head),
  };
  const { port1, port2 } = new MessageChannel();
  serveCalls<EncoderCalls, EncoderEvents>(port1, encoderHandlers());
  const { taker } = connectEncoder(port2, folder.manifest, files, () => port2.close());
  for (const port of [port1, port2]) port.start();
  await taker.ready;
  const side = 16 * network.featureStridePx;
  const field = side + 2 * network.contextPx;
  const job = {
    region: { magnification: 0, column: 0, row: 0, columns: 16, rows: 16 },
    raster: { width: field, height: field, data: new Uint8Array(field * field * 3).fill(90) },
    columns: 3,
    rows: 3,
    steps: [4, 2, 1],
  };
  try {
    const whole = await taker.take(job);
    const before = runtimeMemory().tensors;
    const broken = taker.take(job);
    taker.breakOff();
    expect(await broken).toBeNull();
    expect(runtimeMemory().tensors).toBe(before);
    expect(await taker.take(job)).toEqual(whole);
    expect(whole?.means.length).toBeGreaterThan(0);
  } finally {
    taker.dispose();
    port1.close();
  }
});
