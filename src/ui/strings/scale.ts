// The words of a slide's scale: that it is missing, where it comes from, and the three ways to set it.

export const scale = {
  banner: 'Scale not known',
  unknown: 'This slide does not say its scale. Magnifications, areas and the model need it.',
  set: 'Set scale…',
  change: 'Change scale…',
  title: 'Scale of this slide',
  now: (spacing: string, source: string) => `Now ${spacing}, ${source}.`,
  nowUnknown: 'Not known yet.',
  way: 'How do you know it?',
  byNumber: 'I know the pixel size',
  byObjective: 'I know the objective only',
  byLine: 'I know a length on the slide',
  label: 'Micrometres per pixel',
  labelDown: 'Micrometres per pixel, down',
  unequal: 'Pixels are not square: down it is another number',
  hint: 'Of the finest level. Scanners give about 0.25 for a 40× scan and 0.5 for a 20× scan; the exact value stands in the scan’s report.',
  objective: 'Objective',
  objectiveOption: (magnification: string, spacing: string) => `${magnification}: ${spacing}`,
  objectiveWarning:
    'An objective is not a scale: scanners that say 40× have pixels of about 0.22 to 0.27 µm, and some double what the objective shows. Lengths may then be wrong by a tenth or more, areas by a fifth, and the model looks at fields larger or smaller than it was trained on, which can change its answers. Use this only when nothing better can be had; exports will say that you set the scale.',
  lineDraw: 'Draw the line on the slide',
  lineHint:
    'Click both ends of something whose length you know, such as a ruler or a counting grid: the longer, the better.',
  lineLength: 'Length of the line',
  lineUnit: 'Unit',
  lineResult: (pixels: string, spacing: string) => `${pixels} px: ${spacing}`,
  linePixels: (pixels: string) => `${pixels} px long`,
  invalid: 'Give a number above 0 and below 1000, such as 0.25.',
  lineInvalid: 'Give the length as a number above 0.',
  resultsGo:
    'The point and the results on screen were computed at the present scale. They are removed; export them first to keep them.',
  kept: 'Kept in this browser for this slide.',
  own: 'Use the slide’s own',
  apply: 'Apply',
} as const;
