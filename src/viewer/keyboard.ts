// What a key does while the slide has the focus. Letters are left alone: they belong to the interface and to assistive
// technology. Pure; the viewer carries the actions out.

export type KeyAction =
  /** CSS px that the view moves over the slide. */
  | { readonly kind: 'pan'; readonly x: number; readonly y: number }
  | { readonly kind: 'zoom'; readonly factor: number }
  | { readonly kind: 'fit' }
  /** To a position of the turret, counted from 0. */
  | { readonly kind: 'magnify'; readonly position: number }
  /** Degrees clockwise on screen. */
  | { readonly kind: 'turn'; readonly degrees: number }
  | { readonly kind: 'mirror' }
  /** As it was scanned. */
  | { readonly kind: 'upright' }
  /** The keyboard's click, at the crosshair. */
  | { readonly kind: 'choose' };

export interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

const STEP_PX = 80;
/** With Shift the view moves in small steps, to aim the crosshair. */
const FINE_STEP_PX = 8;
const ZOOM_FACTOR = 1.5;
const TURN_DEGREES = 90;
/** With Shift. */
const FINE_TURN_DEGREES = 5;

/** The action of a key press, or null when the viewer leaves it to the page. */
export function keyAction({ key, shiftKey, ctrlKey, altKey, metaKey }: KeyPress): KeyAction | null {
  if (ctrlKey || altKey || metaKey) return null;
  const step = shiftKey ? FINE_STEP_PX : STEP_PX;
  const turn = shiftKey ? FINE_TURN_DEGREES : TURN_DEGREES;
  switch (key) {
    case 'ArrowLeft':
      return { kind: 'pan', x: -step, y: 0 };
    case 'ArrowRight':
      return { kind: 'pan', x: step, y: 0 };
    case 'ArrowUp':
      return { kind: 'pan', x: 0, y: -step };
    case 'ArrowDown':
      return { kind: 'pan', x: 0, y: step };
    case '+':
    case '=':
      return { kind: 'zoom', factor: ZOOM_FACTOR };
    case '-':
    case '_':
      return { kind: 'zoom', factor: 1 / ZOOM_FACTOR };
    case '0':
      return { kind: 'fit' };
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
      return { kind: 'magnify', position: Number(key) - 1 };
    case 'PageUp':
      return { kind: 'turn', degrees: -turn };
    case 'PageDown':
      return { kind: 'turn', degrees: turn };
    case 'End':
      return { kind: 'mirror' };
    case 'Home':
      return { kind: 'upright' };
    case 'Enter':
      return { kind: 'choose' };
    default:
      return null;
  }
}
