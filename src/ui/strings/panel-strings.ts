// The English words of everything that loads after the first picture: panels, tools over the slide, dialogs.

import { cohort } from './cohort.ts';
import { compare } from './compare.ts';
import { exportWords } from './export.ts';
import { helpWords } from './help.ts';
import { layerWords } from './layer.ts';
import { measure } from './measure.ts';
import { fitWords, modelWords } from './model.ts';
import { pointWords } from './point.ts';
import { hostWords, storedWords } from './privacy.ts';
import { regionWords } from './regions.ts';
import { reportWords } from './report.ts';
import { runWords } from './run.ts';
import { similarityWords } from './similarity.ts';
import { view } from './view.ts';
import { workWords } from './work.ts';

export const panelStrings = {
  view,
  measure,
  cohort,
  compare,
  work: workWords,
  report: reportWords,
  layer: layerWords,
  regions: regionWords,
  model: modelWords,
  fit: fitWords,
  point: pointWords,
  similarity: similarityWords,
  run: runWords,
  export: exportWords,
  host: hostWords,
  stored: storedWords,
  help: helpWords,
} as const;
