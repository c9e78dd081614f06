// Ports: one that is taken is told in a sentence, before and while listening.

import { expect, test } from 'vitest';
import { checkPortIsFree, listenOnLoopback } from './loopback.ts';

test('answers under localhost and 127.0.0.1, and frees the port when closed', async () => {
  const listening = await listenOnLoopback((_, response) => response.end('here'), 0);
  for (const host of ['localhost', '127.0.0.1']) {
    expect(await (await fetch(`http://${host}:${listening.port}/`)).text()).toBe('here');
  }
  await expect(checkPortIsFree(listening.port)).rejects.toThrow(/is taken by another program/);
  await expect(listenOnLoopback(() => {}, listening.port)).rejects.toThrow(/is taken by another program/);
  await listening.close();
  await expect(checkPortIsFree(listening.port)).resolves.toBeUndefined();
});
