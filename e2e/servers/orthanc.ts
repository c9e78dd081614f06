// Orthanc with its DICOMweb and whole-slide plugins, with the instances of a folder in it.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Foreground, freePort, startForeground } from './foreground.ts';
import { programs } from './programs.ts';

/** `folder`: where Orthanc keeps what it is given. `instances`: a folder of DICOM files. */
export async function startOrthanc(folder: string, port: number, instances: string): Promise<Foreground> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'orthanc.json');
  const configuration = {
    Name: 'Concentric tests',
    StorageDirectory: join(folder, 'storage'),
    IndexDirectory: join(folder, 'storage'),
    Plugins: [programs.dicomWebPlugin, programs.wsiPlugin],
    HttpPort: port,
    RemoteAccessAllowed: false,
    AuthenticationEnabled: false,
    DicomServerEnabled: false,
    DicomPort: await freePort(),
    DicomWeb: { Enable: true, Root: '/dicom-web/', EnableWado: false },
  };
  writeFileSync(path, JSON.stringify(configuration));
  const server = await startForeground(programs.orthanc, [path], port);
  for (const name of readdirSync(instances)) {
    const body = readFileSync(join(instances, name));
    const answer = await fetch(`http://127.0.0.1:${port}/instances`, { method: 'POST', body });
    if (!answer.ok) throw new Error(`Orthanc does not take ${name}: ${answer.status}`);
  }
  return server;
}
