import { expect, test } from 'vitest';
import { Failure } from '../lib/failure.ts';
import { CoolDown } from './cool-down.ts';

const failure = new Failure('network', 'down');

function madeCoolDown() {
  let nowMs = 0;
  const coolDown = new CoolDown(
    () => nowMs,
    () => 0.5,
  );
  return {
    coolDown,
    wait: (ms: number) => {
      nowMs += ms;
    },
  };
}

test('a tile that failed is not asked for until a while has passed, and longer each time', () => {
  const { coolDown, wait } = madeCoolDown();
  for (const ms of [1000, 2000, 4000]) {
    coolDown.failed('a', failure);
    wait(ms - 1);
    expect(coolDown.failureOf('a')).toBe(failure);
    expect(coolDown.failureOf('b')).toBeNull();
    wait(1);
    expect(coolDown.failureOf('a')).toBeNull();
  }
  coolDown.succeeded('a');
  coolDown.failed('a', failure);
  wait(1000);
  expect(coolDown.failureOf('a')).toBeNull();
});

test('when many fail in a row nothing is asked for, until one succeeds or the network is back', () => {
  const { coolDown, wait } = madeCoolDown();
  const failMany = () => {
    for (let n = 0; n < 16; n++) coolDown.failed(`tile ${n}`, failure);
  };
  failMany();
  expect(coolDown.failureOf('another')).toBe(failure);
  coolDown.succeeded('one under way');
  expect(coolDown.failureOf('another')).toBeNull();
  failMany();
  coolDown.clear();
  expect(coolDown.failureOf('tile 0')).toBeNull();
  failMany();
  wait(1001);
  expect(coolDown.failureOf('another')).toBeNull();
});
