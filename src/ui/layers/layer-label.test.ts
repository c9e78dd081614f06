// Every layer a model can offer has words and a group.
import { expect, test } from 'vitest';
import { layerNames } from '../../layers/layer-name.ts';
import { groupLayers, layerLabel } from './layer-label.ts';

const names = layerNames({
  classNames: ['benign_gland'],
  hasFamiliarity: true,
  pairs: [{ fine: 0.62, coarse: 2.48 }],
});

test('labels are words, never names', () => {
  expect(names.map(layerLabel)).toEqual([
    'No layer',
    'Classes',
    'Probability: Benign gland',
    'Uncertainty (entropy)',
    'Familiarity',
    'Similarity: 16.1× in 4×',
    'Contrast: 16.1× in 4×',
  ]);
});

test('groups keep every layer once and leave out what is empty', () => {
  const groups = groupLayers(names);
  expect(groups.map(({ names }) => names.length)).toEqual([4, 1, 2]);
  expect(groups.flatMap((group) => group.names).toSorted()).toEqual(names.toSorted());
  expect(groupLayers(['none', 'classes'])).toHaveLength(1);
});
