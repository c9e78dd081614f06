// Keys do what the help says, and none that is the browser's or a letter.
import { expect, test } from 'vitest';
import { keyAction } from './keyboard.ts';

const plain = { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false };

test('arrows move the view, Shift in small steps', () => {
  expect(keyAction({ ...plain, key: 'ArrowRight' })).toEqual({ kind: 'pan', x: 80, y: 0 });
  expect(keyAction({ ...plain, key: 'ArrowUp', shiftKey: true })).toEqual({ kind: 'pan', x: 0, y: -8 });
});

test('plus and minus undo each other; 0 fits; Enter chooses', () => {
  const zoomIn = keyAction({ ...plain, key: '+', shiftKey: true });
  const zoomOut = keyAction({ ...plain, key: '-' });
  if (zoomIn?.kind !== 'zoom' || zoomOut?.kind !== 'zoom') throw new Error('Plus and minus zoom.');
  expect(zoomIn.factor * zoomOut.factor).toBeCloseTo(1, 12);
  expect(keyAction({ ...plain, key: '0' })).toEqual({ kind: 'fit' });
  expect(keyAction({ ...plain, key: 'Enter' })).toEqual({ kind: 'choose' });
});

test('Page Up and Down turn, Shift a little; End mirrors, Home puts upright; digits choose a magnification', () => {
  expect(keyAction({ ...plain, key: 'PageDown' })).toEqual({ kind: 'turn', degrees: 90 });
  expect(keyAction({ ...plain, key: 'PageUp', shiftKey: true })).toEqual({ kind: 'turn', degrees: -5 });
  expect(keyAction({ ...plain, key: 'End' })).toEqual({ kind: 'mirror' });
  expect(keyAction({ ...plain, key: 'Home' })).toEqual({ kind: 'upright' });
  expect(keyAction({ ...plain, key: '4' })).toEqual({ kind: 'magnify', position: 3 });
  expect(keyAction({ ...plain, key: '7' })).toBeNull();
});

test.each(['r', 'R', 'f', 'w', 'a', 's', 'd', 'j', 'k', 'Tab', ' ', 'Escape'])('%s is not ours', (key) => {
  expect(keyAction({ ...plain, key })).toBeNull();
});

test.each(['ctrlKey', 'altKey', 'metaKey'] as const)('with %s every key is left to the browser', (modifier) => {
  for (const key of ['+', '-', '0', 'Enter', 'ArrowLeft'])
    expect(keyAction({ ...plain, key, [modifier]: true })).toBeNull();
});
