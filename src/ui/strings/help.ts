// Words of the sheet of keys.

export const helpWords = {
  explain: 'How it works',
  title: 'Keys',
  intro: 'These keys act while the slide has the focus: click it, or press Tab until its frame shows.',
  key: 'Key',
  action: 'Does',
  keys: [
    ['← ↑ → ↓', 'Move the slide'],
    ['+ −', 'Zoom in, zoom out'],
    ['0', 'Fit the slide into the view'],
    ['1 2 3 4 5 6', 'Magnification 1×, 2.5×, 5×, 10×, 20×, 40×'],
    ['PgUp PgDn', 'Turn the slide left, right by 90°; with Shift by 5°'],
    ['End', 'Mirror the slide'],
    ['Home', 'Turn the slide back as it was scanned'],
    ['Enter', 'Classify the spot under the crosshair'],
    ['C', 'Crosshair on and off'],
    ['L', 'Layer on and off'],
    ['Backspace', 'Take the last corner back while drawing or measuring'],
    ['Esc', 'Stop drawing or measuring'],
    ['Ctrl+Z', 'Undo a change of regions; with Shift, redo'],
    ['?', 'This help'],
  ],
  mouse: 'Mouse and touch: drag to move, wheel or pinch to zoom, click or tap to classify.',
  about:
    'Concentric shows what a model computes from several magnifications of one spot. It is made for research, not for diagnosis.',
} as const;
