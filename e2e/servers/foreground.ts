// A server program run in the foreground for as long as it is wanted: started, waited for until it answers, ended.

import { type ChildProcess, spawn } from 'node:child_process';
import { type AddressInfo, connect as connectTo, createServer } from 'node:net';

export interface Foreground {
  stop(): Promise<void>;
}

/** A hang, not a slow machine. */
const PATIENCE_MS = 60_000;

/**
 * Runs `command` and waits until something listens on `port`.
 * @throws Error with what the program said when it ends before that.
 */
export async function startForeground(
  command: string,
  options: readonly string[],
  port: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Foreground> {
  const child = spawn(command, options, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000);
    });
  }
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const stop = async () => {
    process.removeListener('exit', killWithUs);
    child.kill();
    await ended;
  };
  try {
    await listening(port, child);
  } catch (cause) {
    await stop();
    throw new Error(`${command} did not come up:\n${said}`, { cause });
  }
  return { stop };
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    if (await answers(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(child.exitCode === null ? 'It does not listen.' : `It ended with ${child.exitCode}.`);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTo(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** A port of loopback that nobody has now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
