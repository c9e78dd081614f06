// All slide servers that the tests know, on loopback, with the real slides: nginx with files, iipsrv with one by IIIF,
// Zoomify and Deep Zoom, and Orthanc with one by DICOMweb. One call starts them, one ends them.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataFile } from '../fixtures/data.ts';
import { freePort, startForeground } from './foreground.ts';
import { startNginx } from './nginx.ts';
import { startOrthanc } from './orthanc.ts';
import { programs } from './programs.ts';

export interface RealServers {
  /** "http://127.0.0.1:<port>" of nginx, which is in front of all. */
  readonly url: string;
  /** Folder of what nginx serves under /files/, for tests to add to. */
  readonly files: string;
  /** What a user would paste, by name. */
  readonly links: Readonly<Record<keyof typeof linkPaths, string>>;
  stop(): Promise<void>;
}

const SVS = 'CMU-1-Small-Region.svs';
const SECTION = 'her2st-B4.tif';
const STUDY = '1.2.276.0.7230010.3.1.2.2425734838.4124713.1626788322.499657';
const SERIES = '1.2.276.0.7230010.3.1.3.2425734838.4124713.1626788322.499658';

const linkPaths = {
  svs: `/files/${SVS}`,
  deepZoom: '/files/pyramid/cmu1.dzi',
  szi: '/files/cmu1.szi',
  finestOnly: '/files/cmu1-finest.json',
  iiif3: '/files/iiif3/info.json',
  iiif: `/iip?IIIF=${SECTION}/info.json`,
  zoomify: `/iip?Zoomify=${SECTION}/ImageProperties.xml`,
  iipDeepZoom: `/iip?DeepZoom=${SECTION}.dzi`,
  section: `/files/${SECTION}`,
  dicomSeries: `/dicom-web/studies/${STUDY}/series/${SERIES}`,
  dicomStudy: `/dicom-web/studies/${STUDY}`,
} as const;

/** The finest level of the lossless pyramid alone, as the scan has no other. */
const finestOnly = {
  tileSize: 254,
  tileOverlap: 1,
  mpp: 0.499,
  levels: [{ width: 2220, height: 2967, url: 'pyramid/cmu1_files/12/{x}_{y}.png' }],
};

/** Starts everything; takes some seconds. Needs the real slides and the programs (`hasData`, `hasServers`). */
export async function startRealServers(): Promise<RealServers> {
  const folder = mkdtempSync(join(tmpdir(), 'concentric-servers-'));
  const files = join(folder, 'files');
  mkdirSync(files);
  for (const name of [SVS, SECTION]) symlinkSync(dataFile(`slides/${name}`), join(files, name));
  const [port, iipsrvPort, orthancPort] = await Promise.all([freePort(), freePort(), freePort()]);
  const url = `http://127.0.0.1:${port}`;
  makePyramids(join(files, SVS), files, url);
  writeFileSync(join(files, 'cmu1-finest.json'), JSON.stringify(finestOnly));

  const started = await Promise.allSettled([
    startForeground(programs.iipsrv, ['--bind', `127.0.0.1:${iipsrvPort}`], iipsrvPort, {
      FILESYSTEM_PREFIX: `${files}/`,
      LOGFILE: join(folder, 'iipsrv.log'),
      JPEG_QUALITY: '95',
    }),
    startOrthanc(join(folder, 'orthanc'), orthancPort, dataFile('slides/cmu1_dicom')),
    startNginx(folder, port, { files, iipsrvPort, orthancPort }),
  ]);
  const stop = async () => {
    await Promise.all(started.map((one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)));
    rmSync(folder, { recursive: true, force: true });
  };
  const failed = started.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  const links = Object.fromEntries(Object.entries(linkPaths).map(([name, path]) => [name, url + path]));
  return { url, files, links: links as RealServers['links'], stop };
}

/** `slide` as a Deep Zoom pyramid of PNG tiles in a folder of `files`, and in a zip (SZI) beside it; and as fixed IIIF files. */
function makePyramids(slide: string, files: string, url: string): void {
  mkdirSync(join(files, 'pyramid'));
  const lossless = ['--suffix', '.png[compression=1]'];
  for (const options of [
    ['pyramid/cmu1', ...lossless],
    ['cmu1.zip', '--container', 'zip', ...lossless],
    ['iiif3', '--layout', 'iiif3', '--tile-size', '512', '--id', `${url}/files`, '--suffix', '.jpg[Q=92]'],
  ]) {
    const { status, stderr } = spawnSync(programs.vips, ['dzsave', slide, ...options], {
      cwd: files,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`vips could not make the pyramid:\n${stderr}`);
  }
  renameSync(join(files, 'cmu1.zip'), join(files, 'cmu1.szi'));
}
