// Words of the spot that was asked about, and of its fields.

export const pointWords = {
  heading: 'Point',
  empty: 'Click a spot on the slide to see its class, how sure the model is, and what each magnification was given.',
  emptyKeyboard: 'With the keyboard: move the slide with the arrow keys and press Enter.',
  reading: 'Reading the fields…',
  failed: 'This spot could not be classified.',
  clear: 'Clear point',
  at: (x: string, y: string) => `${x} across, ${y} down`,
  uncertain: 'Uncertain',
  uncertainText: (name: string, share: string, limit: string) =>
    `${name} leads with ${share}, below the ${limit} under which this model’s answer should not be relied on.`,
  uncertainNoLimit: (name: string, share: string) => `${name} leads with only ${share}.`,
  unlike: 'Unlike the tissue this model was trained on',
  unlikeText: (tissue: string, familiarity: string, limit: string) =>
    `The model knows ${tissue}. Familiarity ${familiarity}, limit ${limit}. The numbers below are complete, but say little here.`,
  classes: 'Class probabilities',
  class: 'Class',
  fused: 'Together',
  calibrated:
    'The percentages are calibrated on the tissue this model was made for: there, of answers given with 80%, about 80 of 100 are right.',
  entropy: 'Entropy',
  entropyHint: '0 certain, 1 undecided',
  familiarity: 'Familiarity',
  familiarityHint: '1 like the training tissue',
  model: 'Model',
  licence: 'Weights',
  place: 'Place',
  fields: 'What the model was given',
  fieldAlt: (spacing: string, width: string) => `Field at ${spacing}, ${width} wide, as given to the model`,
  time: (total: string, tiles: string, crops: string, model: string, backend: string) =>
    `${total} on ${backend}: tiles ${tiles}, fields ${crops}, model ${model}`,
  status: 'Point status',
  statusReading: 'Classifying the point',
  statusDone: (name: string, share: string) => `${name}, ${share}`,
  statusFailed: (message: string) => `The point could not be classified. ${message}`,
} as const;
