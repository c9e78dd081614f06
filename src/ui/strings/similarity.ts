// Words of the similarity explorer.

export const similarityWords = {
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
} as const;
