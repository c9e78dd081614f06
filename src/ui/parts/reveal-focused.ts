// For bars that scroll: what the keyboard reaches is brought into view whole. The browser lets it be once a part is seen.

import type { FocusEvent } from 'react';

/** On a bar, as `onFocus`. What was clicked stays where it is: moved away under the pointer it would not be clicked. */
export function revealFocused({ target }: FocusEvent): void {
  if (target.matches(':focus-visible')) target.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}
