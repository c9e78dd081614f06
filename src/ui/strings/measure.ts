// The words of measuring on the slide.

export const measure = {
  button: 'Measure',
  distance: 'Distance',
  area: 'Area',
  list: 'Measurements',
  empty: 'Nothing measured yet.',
  kind: { distance: 'Distance', area: 'Area' },
  around: (length: string) => `${length} around`,
  remove: (name: string) => `Remove ${name}`,
  clear: 'Remove all',
  drawing: {
    distance: 'Click both ends. With the keyboard: aim with the arrow keys, Enter sets an end.',
    area: 'Click the corners; click the first one again to close. With the keyboard: Enter sets a corner.',
    calibration: 'Click both ends of the length you know. With the keyboard: Enter sets an end.',
  },
  finish: 'Close area',
  undo: 'Undo corner',
  stop: 'Stop',
  status: 'Measuring status',
  statusDone: (kind: string, size: string) => `${kind}: ${size}`,
} as const;
