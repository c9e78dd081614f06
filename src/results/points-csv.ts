// Spots that were asked about, as a table. Loaded when it is saved.

import { csvField } from './csv-field.ts';
import { leadOf, type PointRecord } from './point-record.ts';

/** One row a record: place (level-0 px), class, the other numbers, then each class's probability. */
export function pointsCsv(records: readonly PointRecord[], slideName: string, app: string): string {
  const classNames = [...new Set(records.flatMap((record) => record.classNames))];
  const columns = [
    ...['number', 'x', 'y', 'mpp_x', 'mpp_y', 'class', 'probability', 'entropy', 'familiarity'],
    ...['uncertain', 'unlike_training', 'model', 'model_version', 'backend', 'asked_at'],
    ...classNames.map((name) => `prob_${name}`),
  ];
  const rows = records.map((record) => {
    const { number, at, mppX, mppY, entropy, familiarity, uncertain, unlike, model, backend, askedAt } = record;
    const lead = leadOf(record);
    const of = (name: string) => record.probabilities[record.classNames.indexOf(name)];
    return [
      ...[number, at.x, at.y, mppX, mppY, lead.name, lead.probability, entropy, familiarity],
      ...[uncertain, unlike, model.id, model.version, backend, askedAt],
      ...classNames.map(of),
    ];
  });
  const lines = [columns, ...rows].map((row) => row.map(csvField).join(','));
  const provenance = JSON.stringify({ app, slide: slideName });
  return `# Points asked about, level-0 pixels. For research use only.\n# provenance: ${provenance}\n${lines.join('\n')}\n`;
}
