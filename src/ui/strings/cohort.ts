// The words of the cohort: many slides with the results of one model.

export const cohort = {
  list: 'Results of many slides',
  title: (name: string) => `Cohort: ${name}`,
  about: (slides: string, model: string) => `${slides} slides, ${model}.`,
  find: 'Find a slide',
  status: 'Status',
  anyStatus: 'All',
  statuses: { done: 'Done', partial: 'Partly read', failed: 'Failed', waiting: 'Waiting' },
  table: 'Slides of the cohort',
  shown: (shown: string, all: string) => `${shown} of ${all} shown`,
  map: 'Map',
  name: 'Slide',
  tissue: 'Tissue mm²',
  unread: 'Unread',
  uncertain: 'Uncertain',
  unfamiliar: 'Unfamiliar',
  untold: (columns: string) => `Not told of any slide: ${columns}.`,
  csv: 'Save as CSV',
  none: 'No slide fits. Change the words or the status.',
} as const;
