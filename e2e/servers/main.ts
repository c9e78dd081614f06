// `npm run servers`: the slide servers of the tests, for a person to open slides from, until Ctrl-C.

import { hasData, missingData } from '../fixtures/data.ts';
import { hasServers, missingServers } from './programs.ts';
import { startRealServers } from './real-servers.ts';

if (!hasData || !hasServers) {
  console.error(hasData ? missingServers : missingData);
  process.exit(1);
}
const servers = await startRealServers();
console.log('Open these under "Open slide", until Ctrl-C:');
for (const [name, link] of Object.entries(servers.links)) console.log(`  ${name.padEnd(12)} ${link}`);
console.log(
  `The same files with faults: ${servers.url}/{no-cors,no-ranges,hidden-length,slow,failing}/pyramid/cmu1.dzi`,
);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void servers.stop().then(() => process.exit(0)));
