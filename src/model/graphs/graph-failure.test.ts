import { expect, test } from 'vitest';
import { Failure } from '../../lib/failure.ts';
import { graphFailure, guardGraph } from './graph-failure.ts';

test.each([
  [
    new Error("Kernel 'Unique' not registered for backend 'webgpu'"),
    'backend-unavailable',
    /lacks the operation Unique/,
  ],
  [new RangeError('Array buffer allocation failed'), 'out-of-memory', /Close other tabs/],
  [new Error('The shape of dict does not fit'), 'model-invalid', /head\/model\.json can't be run \(The shape/],
])('%o becomes %s', (error, code, message) => {
  expect(graphFailure('head/model.json', error)).toMatchObject({
    code,
    message: expect.stringMatching(message) as unknown,
  });
});

test('a failure stays what it is', () => {
  const failure = new Failure('device-lost', 'Gone.');
  const fails = () => {
    throw failure;
  };
  expect(() => guardGraph('model.json', fails)).toThrow(failure);
});
