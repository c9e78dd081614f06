// Words of what results are exported as.

export const exportWords = {
  button: 'Export',
  empty: 'Run an analysis first.',
  formats: {
    geojson: { title: 'GeoJSON', hint: 'tiles with classes, opens in QuPath' },
    csv: { title: 'CSV', hint: 'one row a cell, for a spreadsheet' },
    json: { title: 'JSON', hint: 'every number, for scripts' },
    png: { title: 'PNG', hint: 'the view with scale bar and legend' },
  },
} as const;
