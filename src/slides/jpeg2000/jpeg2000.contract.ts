// What a JPEG 2000 worker answers.

import type { Jpeg2000Task, SamplePicture } from './jpeg2000-codec.ts';

export type Jpeg2000Calls = {
  decode(task: Jpeg2000Task): SamplePicture;
};
