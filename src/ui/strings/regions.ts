// Words of the regions panel and of drawing on the slide.

export const regionWords = {
  heading: 'Regions',
  draw: 'Draw a region',
  tools: { rectangle: 'Rectangle', polygon: 'Polygon', freehand: 'Freehand' },
  hints: {
    rectangle: 'Drag from corner to corner. With the keyboard: move the slide, Enter sets a corner.',
    polygon:
      'Click corner by corner; click the first again to close. With the keyboard: Enter sets a corner, Shift+Enter closes.',
    freehand: 'Drag along the edge; let go to close.',
  },
  finish: 'Finish',
  giveUp: 'Cancel drawing',
  undo: 'Undo',
  redo: 'Redo',
  empty: 'Mark a region to measure it, to count the classes in it, or to run the model there only.',
  list: 'Regions of this slide',
  name: 'Name',
  colour: (name: string) => `Colour of ${name}`,
  show: (name: string) => `Show ${name} on the slide`,
  remove: (name: string) => `Remove ${name}`,
  details: (name: string) => `Numbers of ${name}`,
  area: 'Area',
  cells: 'Cells',
  noCells: 'No analysed cells inside yet.',
  entropy: 'Mean entropy',
  classes: (name: string) => `Classes in ${name}`,
  run: 'Run on this region',
  import: 'Read GeoJSON…',
  export: 'Save GeoJSON',
  more: (count: string) => `${count} more are on the slide and in the file, but not in this list.`,
} as const;
