// Listens on this computer only, under both of its names for itself: "localhost" is ::1 to some programs and 127.0.0.1
// to others.

import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Problem } from './problem.ts';

const addresses = ['127.0.0.1', '::1'] as const;

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves `handler` on `port`, 0 for one that the system chooses.
 * @throws Problem when the port is taken.
 */
export async function listenOnLoopback(handler: RequestListener, port: number): Promise<Listening> {
  const servers: Server[] = [];
  let chosen = port;
  for (const address of addresses) {
    const server = createServer(handler);
    try {
      await listen(server, chosen, address);
    } catch (error) {
      // A computer without IPv6 has one name less; every other reason is a reason to stop.
      if (address === '::1' && ['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(codeOf(error))) continue;
      await Promise.all(servers.map(close));
      throw ['EADDRINUSE', 'EACCES'].includes(codeOf(error)) ? portTaken(chosen) : error;
    }
    servers.push(server);
    chosen = (server.address() as AddressInfo).port;
  }
  return {
    port: chosen,
    async close() {
      await Promise.all(servers.map(close));
    },
  };
}

/** Looks who is there without listening, so that nobody meets a server that is not ready. @throws Problem */
export async function checkPortIsFree(port: number): Promise<void> {
  const answers = await Promise.all(addresses.map((address) => isAnswered(port, address)));
  if (answers.includes(true)) throw portTaken(port);
}

function portTaken(port: number): Problem {
  return new Problem(`Port ${port} is taken by another program. Stop that one, or choose a port: PORT=5180 npm start`);
}

function isAnswered(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, address);
    const settle = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

function listen(server: Server, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
