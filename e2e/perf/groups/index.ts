// All groups, in the order they are measured.

import { cohort } from './cohort.ts';
import { cores } from './cores.ts';
import type { Group } from './group.ts';
import { leaks } from './leaks.ts';
import { load } from './load.ts';
import { quality } from './quality.ts';
import { smooth } from './smooth.ts';
import { speedFull, speedHalf } from './speed.ts';
import { tissue } from './tissue.ts';

export const groups: readonly Group[] = [load, tissue, quality, speedHalf, speedFull, cores, smooth, leaks, cohort];
