// The English words of everything that loads after the first picture: panels, tools over the slide, dialogs.

import { cohort } from './strings/cohort.ts';
import { compare } from './strings/compare.ts';
import { layerWords } from './strings/layer.ts';
import { measure } from './strings/measure.ts';
import { regionWords } from './strings/regions.ts';
import { reportWords } from './strings/report.ts';
import { view } from './strings/view.ts';
import { workWords } from './strings/work.ts';

/** "1 cell", "2 cells". */
function plural(count: number, formatted: string, one: string, many: string): string {
  return `${formatted} ${count === 1 ? one : many}`;
}

export const panelStrings = {
  view,
  measure,
  cohort,
  compare,
  work: workWords,
  report: reportWords,
  layer: layerWords,
  regions: regionWords,

  model: {
    heading: 'Model',
    label: 'Model',
    choose: 'Choose a model',
    loading: (title: string) => `Loading ${title} and testing it on this computer…`,
    failed: 'The model could not be used.',
    retry: 'Try again',
    about: 'About this model',
    tissue: 'Tissue',
    stain: 'Stain',
    classes: 'Classes',
    version: 'Version',
    licence: 'Licence of the weights',
    trainingLicence: 'Licence of the training data',
    field: 'Field',
    fieldText: (patch: number, finest: string, coarsest: string) =>
      `${patch} × ${patch} px: ${finest} to ${coarsest} wide`,
    backend: 'Runs on',
    backendChoice: 'Compute with',
    backendAutomatic: 'Automatic',
    backends: {
      webgpu: 'Graphics card (WebGPU)',
      webgl: 'Graphics card (WebGL)',
      wasm: 'Processor (WebAssembly)',
      cpu: 'Processor (plain JavaScript)',
    },
    memory: 'Memory now',
    memoryGpu: (bytes: string) => `${bytes} on the graphics card`,
    memoryText: (tensors: string, tiles: string) => `${tensors} tensors of the model, ${tiles} of the slide’s tiles`,
    selfTest: 'Self-test',
    selfTestText: (difference: string, tolerance: string) =>
      `passed: differs by ${difference} at most, ${tolerance} allowed`,
    similarityOff: 'Similarity',
    spacings: 'Magnifications needed, and this slide',
    spacing: 'Needed',
    onSlide: 'On this slide',
    readFrom: (spacing: string) => `Read from ${spacing}`,
    tooFine: (spacing: string) => `Too fine: the slide ends at ${spacing}`,
    scaleUnknown: 'Scale not known',
    noSlide: 'No slide open',
    card: 'Model card',
    compare: 'All models…',
    compareTitle: 'Models',
    compareIntro:
      'What each was made for, what it needs of a slide, and how good it was on tissue that it had not seen.',
    use: (title: string) => `Use ${title}`,
    inUse: 'In use',
    cannotRead: 'Its folder can’t be read. Choosing it tells why.',
    own: 'Use your own model',
    ownHint: 'A folder with a manifest.json and a TensorFlow.js model. It is read on this computer.',
    chooseFolder: 'Choose model folder…',
    link: 'Model link',
    loadLink: 'Load model',
  },

  fit: {
    noSlide: 'Open a slide first.',
    noModel: 'Choose a model first.',
    modelLoading: 'The model is still loading.',
    noScale: 'Set the scale of the slide first.',
    unfit: 'This model cannot read this slide; the reason stands under Model.',
  },

  point: {
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
  },

  similarity: {
    heading: 'Similarity across magnifications',
    pair: 'Magnification pair',
    pairName: (fine: string, coarse: string) => `${fine} in ${coarse}`,
    aligned: 'Aligned',
    alignedHint: 'Mean similarity of each fine cell with the coarse cell it lies in',
    contrast: 'Contrast',
    contrastHint: 'Aligned minus the mean similarity with all other places',
    fineGrid: (spacing: string) => `Fine field, ${spacing}`,
    coarseGrid: (spacing: string) => `Coarse field, ${spacing}`,
    gridRole: 'similarity map',
    gridHelp: 'Arrow keys move from cell to cell, Escape returns to the whole field.',
    whole:
      'How alike the whole fine field is to each place of the coarse field. The frame shows where the fine field lies.',
    fineCell: (row: number, column: number, own: string, best: string, bestRow: number, bestColumn: number) =>
      `Fine field, row ${row}, column ${column}: ${own} with the place where it lies (framed); most alike ${best} at row ${bestRow}, column ${bestColumn} (dot).`,
    coarseInside: (row: number, column: number, own: string, best: string) =>
      `Coarse field, row ${row}, column ${column}: ${own} on average with the fine cells that lie in it (framed); most alike ${best} (dot).`,
    coarseOutside: (row: number, column: number, mean: string, best: string) =>
      `Coarse field, row ${row}, column ${column}, outside the fine field: ${mean} on average, ${best} at most (dot).`,
    ramp: 'Similarity, from unlike to alike',
    fit: 'Fit colours to the values',
  },

  run: {
    heading: 'Analysis',
    area: 'Area',
    wholeSlide: 'Whole slide',
    rectangle: 'Rectangle',
    rectangleSize: (width: string, height: string) => `${width} × ${height}`,
    draw: 'Draw rectangle',
    drawing: 'Drag on the slide to draw. Escape stops.',
    drawFirst: 'Draw the rectangle first.',
    useView: 'Use current view',
    options: 'Options',
    step: 'Step',
    stepHalf: 'Half a field (finer map)',
    stepFull: 'Whole field (four times fewer cells)',
    mode: 'Method',
    modeShared: 'Shared features (fast)',
    modeExact: 'Exact (each field by itself, slow)',
    start: 'Run analysis',
    pause: 'Pause',
    resume: 'Resume',
    cancel: 'Cancel run',
    progress: 'Run progress',
    starting: 'Looking for tissue…',
    cells: (done: string, total: string) => `${done} of ${total} cells`,
    rate: (perSecond: string) => `${perSecond} cells/s`,
    left: (time: string) => `${time} left`,
    paused: 'Paused',
    preliminary: 'Pale cells are preliminary: coarsest magnification only',
    complete: (cells: number, formatted: string) => `Complete: ${plural(cells, formatted, 'cell', 'cells')}.`,
    cancelled: (done: string, total: string) =>
      `Cancelled after ${done} of ${total} cells. What is done stays: run again to go on.`,
    failed: 'The analysis stopped.',
    unread: (cells: number, formatted: string) =>
      `${plural(cells, formatted, 'cell', 'cells')} could not be read: the slide’s tiles could not be had.`,
    retryUnread: 'Try these again',
    clear: 'Remove the analysis',
    brokenOffHeading: 'Interrupted analysis',
    brokenOff: (area: string | null, done: string, total: string, when: string) =>
      `An analysis of ${area === null ? 'the whole slide' : `a rectangle of ${area}`} was broken off after ${done} of ${total} cells (${when}).`,
    goOn: 'Go on with it',
    showRectangle: 'Show it',
    discard: 'Discard it',
    areas: 'Area by class',
    areaColumn: 'Area',
    share: 'Share',
    total: 'Tissue analysed',
    uncertainCells: 'Uncertain',
    unlikeCells: 'Unlike the training tissue',
    ofCells: (share: string) => `${share} of cells`,
    uncertainUnknown: 'not known: the model sets no limit',
    mostlyUnlike: 'Most of this tissue is unlike what the model was trained on. Its classes and areas say little here.',
    unlikeUnknown: 'not known: the model does not tell',
    status: 'Run status',
    statusStarted: 'Analysis started',
    statusPart: (percent: number) => `Analysis ${percent}% done`,
    statusPaused: 'Analysis paused',
    statusComplete: 'Analysis complete',
    statusCancelled: 'Analysis cancelled',
    statusFailed: 'Analysis stopped',
  },

  export: {
    button: 'Export',
    empty: 'Run an analysis first.',
    formats: {
      geojson: { title: 'GeoJSON', hint: 'tiles with classes, opens in QuPath' },
      csv: { title: 'CSV', hint: 'one row a cell, for a spreadsheet' },
      json: { title: 'JSON', hint: 'every number, for scripts' },
      png: { title: 'PNG', hint: 'the view with scale bar and legend' },
    },
  },

  host: {
    title: 'Read from another host?',
    asks: (host: string) => `What you opened lies on ${host}, which this page may not speak to yet.`,
    means:
      'Once allowed, the page reads slides and models from there. That host then sees which files are read and your network address; slides of this computer and results stay here.',
    reloads: 'The page is loaded anew to let the host in. Results that were not exported are lost.',
    cannot:
      'This page cannot let a host in by itself here. Whoever runs it can name the host in the setting CONCENTRIC_SLIDE_HOSTS.',
    allow: 'Allow and reload',
    refuse: 'Do not allow',
  },

  stored: {
    title: 'Privacy, and what is stored here',
    intro:
      'Slides, results and models run on this computer. Nothing is sent anywhere, except requests for files to hosts that you allow below or that whoever runs this page has named.',
    storedHeading: 'Stored by this browser',
    app: (kept: number, total: number) => `The app and its models: ${kept} of ${total} files`,
    appOff: 'The app: not kept, so it needs the network',
    phantom: (files: string) => `The phantom slide: ${files} files`,
    others: (names: string) => `Your own: ${names}`,
    bytes: (size: string) => `About ${size} in all`,
    offline: 'Works without a network.',
    nothing: 'Nothing.',
    hosts: 'Hosts that you allowed',
    noHosts: 'None: the page reads from its own server and from this computer only.',
    takeBack: 'Take back',
    takeBackNamed: (host: string) => `Take back ${host}`,
    forget: 'Delete everything stored',
    forgetHint:
      'The open slide and its results stay until the page is closed. Work is saved again, and the app kept again, once the page is loaded anew.',
  },

  help: {
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
  },
} as const;
