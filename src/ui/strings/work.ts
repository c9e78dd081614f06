// Words of the points that were asked about, and of the work that is kept.

export const workWords = {
  points: 'Spots asked about',
  pointsTable: 'Points asked about on this slide',
  number: 'No.',
  class: 'Class',
  probability: 'Share',
  entropy: 'Entropy',
  entropyLong: 'Entropy, from 0 (certain) to 1 (undecided)',
  uncertain: 'uncertain',
  unlike: 'unlike its training tissue',
  showPoint: (number: number) => `Show point ${number}`,
  removePoint: (number: number) => `Remove point ${number}`,
  savePoints: 'Save CSV',

  title: 'Kept work',
  intro:
    'Regions, points, the analysis, the view and how layers are drawn are saved in this browser as you go. A file carries them to another one; the slide itself is not in it.',
  list: 'Kept work',
  slide: 'Slide',
  saved: 'Saved',
  contents: 'Holds',
  none: 'Nothing yet: mark a region, ask about a point or run an analysis.',
  unreadable: (count: number) =>
    `${count === 1 ? 'One more work was' : `${count} more works were`} kept by another version or ${count === 1 ? 'is' : 'are'} damaged, and can’t be read here. Nothing of it is deleted.`,
  onSlideNow: 'on the open slide',
  local: 'file of this computer',
  regions: (count: number) => `${count} ${count === 1 ? 'region' : 'regions'}`,
  pointCount: (count: number) => `${count} ${count === 1 ? 'point' : 'points'}`,
  analysis: (model: string) => `analysis by ${model}`,
  open: 'Open',
  openNamed: (name: string) => `Open the work on ${name}`,
  save: 'Save as file',
  saveNamed: (name: string) => `Save the work on ${name} as a file`,
  remove: 'Delete',
  removeNamed: (name: string) => `Delete the work on ${name}`,
  import: 'Open a work file…',
} as const;
