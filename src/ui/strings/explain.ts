// Words of the "How it works" page and of the tour; they load with these. Its numbers are the README's, which says how to
// reproduce them (explain.test.ts).

export const explain = {
  title: 'How it works',
  lead: 'At the microscope you change objectives: low power for the arrangement, high power for the cells. This program looks at every spot at several magnifications at once, and shows you what each of them adds.',

  fieldsTitle: 'One spot, several fields',
  fieldsText:
    'Around the spot you click, one square field per magnification is cut from the slide, all with the same number of pixels and the same centre. The field of the highest magnification is small and fine; the lower ones cover more tissue in less detail. The frames on the slide show them.',
  schematicAlt: 'Three squares of different size around one centre',
  schematic: ['fine: nuclei, chromatin', 'middle: cells in their gland or cord', 'coarse: how the tissue is arranged'],
  yourFields: 'The fields of the last spot asked about',
  exampleFields: 'The fields of one spot of the phantom',
  exampleReading: 'Reading the fields of a spot of the phantom',
  noPoint: 'Click a spot on a slide, then come back: its own fields stand here.',
  askCentre: 'Show the fields at the centre of the view',

  gainTitle: 'What several magnifications add',
  gainText:
    'The phantom slide is drawn so that the truth is known: some of its tissues differ only in the fine texture of their nuclei, some only in an arrangement that a small field can’t show. No single magnification names them all:',
  gainCaption: 'Spots of the phantom named right, by networks of the same make',
  gainColumns: ['Magnifications', 'Named right'],
  gainRows: [
    ['20× alone', '68.3%'],
    ['10× alone', '56.8%'],
    ['5× alone', '61.8%'],
    ['20×, 10× and 5×', '98.0%'],
  ],
  gainNote:
    'On drawn tissue. How much it adds on yours depends on the question; each model’s card says what was measured.',

  similarityTitle: 'Similarity across magnifications',
  similarityText:
    'The model turns each small place of each field into a list of numbers that says what it looks like to the model. Similarity compares these lists: near 1, two places look alike to it; near 0, they have nothing to do with each other. Where the fine field’s own place in the coarse field is also the most alike one, the magnifications agree on what they see. Point at any place of one field under Point to see its similarity in the other.',

  answerTitle: 'Reading the answer',
  answerItems: [
    'Where the panel says so under an answer, percentages are calibrated: of answers given with 90%, about 90 of 100 are right on tissue of the kind the model was made for. Of a model that gives no limit for “uncertain” this is not known.',
    '“Uncertain” means that the likeliest class is below the limit the model’s makers set. Do not read the first class as the answer then.',
    'A model knows only its classes, its tissue and its stain. On anything else it still names one of its classes; models that can tell say “unlike the tissue this model was trained on”.',
    'Small bars beside each class show what each magnification would have said alone. When they disagree, look at the fields.',
  ],

  limitsTitle: 'What it is not',
  limitsText: 'It is made for research, not for diagnosis. Slides stay on this computer.',

  tour: {
    title: (step: number, steps: number) => `Tour, step ${step} of ${steps}`,
    show: 'Show me',
    next: 'Next',
    back: 'Back',
    end: 'End tour',
    /** `touch`: what is said instead where fingers point. */
    steps: [
      {
        title: 'Look',
        text: 'This is the phantom, a drawn slide. Drag to move, scroll to zoom, or choose a magnification above: each is exactly that many micrometres a pixel.',
        touch:
          'This is the phantom, a drawn slide. Drag to move, pinch to zoom, or choose a magnification above: each is exactly that many micrometres a pixel.',
      },
      {
        title: 'Ask',
        text: 'Click any spot. The panel says which class, how sure the model is, and what each magnification would have said alone.',
        touch:
          'Tap any spot. The panel says which class, how sure the model is, and what each magnification would have said alone.',
      },
      {
        title: 'See what the model saw',
        text: 'The frames on the slide are the fields it was given; the panel shows them, and how alike their places are. Point at one to see its similarity in the other.',
        touch:
          'The frames on the slide are the fields it was given; the panel shows them, and how alike their places are. Touch one to see its similarity in the other.',
      },
      {
        title: 'Map a region',
        text: 'Run the model over a part of the slide: a map of classes grows over it. The legend counts, Layers changes what is shown and how.',
        touch: null,
      },
      {
        title: 'Keep it',
        text: 'Regions, points and results are saved as you go; find them under Work. Export takes them to QuPath, a spreadsheet, a picture or a printed page.',
        touch: null,
      },
    ],
  },
} as const;
