// The programs of Debian that the tests of slide servers run: where they are, and what is said where they are not.

import { existsSync } from 'node:fs';

export const programs = {
  nginx: '/usr/sbin/nginx',
  iipsrv: '/usr/lib/iipimage-server/iipsrv.fcgi',
  orthanc: '/usr/sbin/Orthanc',
  dicomWebPlugin: '/usr/share/orthanc/plugins/libOrthancDicomWeb.so',
  wsiPlugin: '/usr/share/orthanc/plugins/libOrthancWSI.so',
  vips: '/usr/bin/vips',
} as const;

const missing = Object.values(programs).filter((path) => !existsSync(path));

export const hasServers = missing.length === 0;

/** Why a test is skipped: `test.skip(!hasServers, missingServers)`. */
export const missingServers = `The slide servers are not installed (${missing.join(', ')}): run e2e/servers/install.sh.`;

// Where they were promised a skip would hide that they are not there.
if (!hasServers && process.env.CONCENTRIC_REQUIRE_SERVERS === '1') throw new Error(missingServers);
