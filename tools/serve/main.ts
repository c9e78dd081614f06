// `npm start`: makes what is missing, then serves the app on this computer and says where. Settings come from the
// environment: PORT, SLIDES (a folder of slides), CONCENTRIC_SLIDE_HOSTS (hosts that pages may read slides from).

import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHandler } from './handler.ts';
import { checkPortIsFree, listenOnLoopback } from './loopback.ts';
import { parseSlideHosts } from './policy.ts';
import { prepare } from './prepare.ts';
import { Problem } from './problem.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const defaultPort = 5173;

async function start(): Promise<void> {
  const { PORT, SLIDES, CONCENTRIC_SLIDE_HOSTS } = process.env;
  const port = parsePort(PORT);
  const slidesDir = parseFolder(SLIDES);
  const slideHosts = parseSlideHosts(CONCENTRIC_SLIDE_HOSTS);
  if (port !== 0) await checkPortIsFree(port);
  await prepare(root);
  const handler = createHandler({ distDir: resolve(root, 'dist'), slidesDir, slideHosts });
  const listening = await listenOnLoopback(handler, port);
  console.log(`Concentric is at http://localhost:${listening.port}/`);
}

function parsePort(setting: string | undefined): number {
  if (setting === undefined || setting === '') return defaultPort;
  const port = Number(setting);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Problem(`PORT is "${setting}", which is not a port. Give a number from 1 to 65535 (0: any that is free).`);
}

function parseFolder(setting: string | undefined): string | null {
  if (setting === undefined || setting === '') return null;
  const folder = resolve(setting);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new Problem(`SLIDES is "${setting}", which is not a folder. Give the folder that holds your slides.`);
}

start().catch((error: unknown) => {
  console.error(error instanceof Problem ? error.message : error);
  process.exitCode = 1;
});
