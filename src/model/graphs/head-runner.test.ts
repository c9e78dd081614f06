import { mul, type NamedTensorMap, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { acquireBackend, releaseBackend, runtimeMemory } from '../backends/backend.ts';
import type { Graph } from './graph.ts';
import { joinRows } from './head-output.ts';
import { HeadRunner } from './head-runner.ts';

test('patches go in batches filled up to the sizes there are programs for, and come back as many', async () => {
  const running = await acquireBackend('cpu');
  const before = runtimeMemory().tensors;
  const given: number[] = [];
  /** Doubles what it is given. */
  const head = {
    run(inputs: NamedTensorMap) {
      const x = inputs.x as Tensor;
      given.push(x.shape[0] ?? 0);
      return [mul(x, 2)];
    },
  } as Partial<Graph> as Graph;
  const rowsFor = (patches: number) => [1, 4, 8].find((rows) => rows >= patches) ?? 8;
  const runner = new HeadRunner({ backend: 'cpu', head, most: 8, rowsFor, cost: () => 1 });
  const batches = await runner.run(19, ['y'], ({ from, patches, rows }) => ({
    x: tensor(
      Array.from({ length: rows }, (_, n) => (n < patches ? from + n : Number.NaN)),
      [rows, 1],
    ),
  }));
  expect(given).toEqual([8, 8, 4]);
  expect([...joinRows(batches, 'y')]).toEqual(Array.from({ length: 19 }, (_, n) => 2 * n));
  expect(runtimeMemory().tensors).toBe(before);
  releaseBackend('cpu', running);
});
