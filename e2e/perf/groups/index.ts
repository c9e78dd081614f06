// All groups, in the order they are measured.

import { cohort } from './cohort.ts';
import { coreBack } from './core-back.ts';
import { cores } from './cores.ts';
import type { Group } from './group.ts';
import { inferWorkers } from './infer-workers.ts';
import { layers } from './layers.ts';
import { leaks } from './leaks.ts';
import { load } from './load.ts';
import { native } from './native.ts';
import { quality } from './quality.ts';
import { regionSize } from './region-size.ts';
import { roughMap } from './rough-map.ts';
import { runtimes } from './runtimes.ts';
import { scale } from './scale.ts';
import { smooth } from './smooth.ts';
import { speedFull, speedHalf } from './speed.ts';
import { tissue } from './tissue.ts';
import { webgpu } from './webgpu.ts';
import { work } from './work.ts';

export const groups: readonly Group[] = [
  load,
  tissue,
  quality,
  work,
  roughMap,
  speedHalf,
  speedFull,
  native,
  runtimes,
  regionSize,
  inferWorkers,
  cores,
  smooth,
  coreBack,
  layers,
  leaks,
  scale,
  webgpu,
  cohort,
];
