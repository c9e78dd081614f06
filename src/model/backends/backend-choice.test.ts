import { expect, test } from 'vitest';
import { Failure } from '../../lib/failure.ts';
import type { Backend } from '../model-info.ts';
import { chooseBackend } from './backend-choice.ts';
import { DeviceLosses } from './device-losses.ts';

const attempt = (outcomes: Partial<Record<Backend, Failure | Error>>) => async (backend: Backend) => {
  const outcome = outcomes[backend];
  if (outcome !== undefined) throw outcome;
  return { value: backend, detail: 'here.' };
};

test('the first that holds is taken, with the reasons of those before it', async () => {
  const choice = await chooseBackend(
    ['webgpu', 'wasm', 'webgl', 'cpu'],
    attempt({
      webgpu: new Failure('self-test-failed', 'wrong numbers.'),
      wasm: new Failure('backend-unavailable', 'no binary.'),
    }),
  );
  expect(choice).toEqual({
    value: 'webgl',
    backend: 'webgl',
    reason: 'WebGPU was passed over: wrong numbers.\nWebAssembly was passed over: no binary.\nWebGL is used: here.',
  });
});

test('a fault of the model ends the choice at once', async () => {
  const fault = new Failure('model-invalid', 'a broken graph.');
  await expect(chooseBackend(['wasm', 'cpu'], attempt({ wasm: fault }))).rejects.toBe(fault);
  const bug = new Error('bug');
  await expect(chooseBackend(['wasm', 'cpu'], attempt({ wasm: bug }))).rejects.toBe(bug);
});

test('when none holds the failure tells every reason', async () => {
  const wrong = new Failure('self-test-failed', 'wrong numbers.');
  const missing = new Failure('backend-unavailable', 'not there.');
  await expect(chooseBackend(['wasm'], attempt({ wasm: wrong }))).rejects.toMatchObject({
    code: 'self-test-failed',
    message: "WebAssembly can't run the model: wrong numbers. Choose another backend.",
  });
  await expect(chooseBackend(['wasm', 'cpu'], attempt({ wasm: wrong, cpu: wrong }))).rejects.toMatchObject({
    code: 'self-test-failed',
  });
  await expect(chooseBackend(['wasm', 'cpu'], attempt({ wasm: wrong, cpu: missing }))).rejects.toMatchObject({
    code: 'backend-unavailable',
    message: expect.stringMatching(/wrong numbers.*\n.*not there/) as unknown,
  });
});

test('two losses within a minute make a backend unreliable for that minute', () => {
  const losses = new DeviceLosses();
  losses.note('webgpu', 0);
  expect(losses.isUnreliable('webgpu', 1)).toBe(false);
  losses.note('webgpu', 61_000);
  expect(losses.isUnreliable('webgpu', 61_001)).toBe(false);
  losses.note('webgpu', 62_000);
  expect(losses.isUnreliable('webgpu', 62_001)).toBe(true);
  expect(losses.isUnreliable('wasm', 62_001)).toBe(false);
  expect(losses.isUnreliable('webgpu', 122_000)).toBe(false);
  expect(losses.count).toBe(3);
});
