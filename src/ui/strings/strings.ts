// The English words of the first picture; those of what loads after it are panel-strings.ts. Together they are every word
// the interface shows, ready for a translation. Numbers come formatted (format.ts); failures bring their own sentences
// (lib/failure.ts). Panels with many words have a file of their own.

import { scale } from './scale.ts';
import { slide } from './slide.ts';

export const strings = {
  appName: 'Concentric',
  researchUseOnly: 'Research use only',
  dismiss: 'Dismiss',
  close: 'Close',
  cancel: 'Cancel',
  loading: 'Loading…',

  slide,
  scale,

  bar: {
    cohort: 'Cohort…',
    work: 'Work',
    privacy: 'Privacy',
    tour: 'Take the tour',
    help: 'Help',
  },

  viewer: 'Slide',

  panel: {
    label: 'Tools',
    toggle: 'Side panel',
  },

  notices: {
    errors: 'Errors',
    messages: 'Messages',
    error: 'Error',
    warning: 'Warning',
    info: 'Note',
    reload: 'Reload',
    openWork: 'Open it',
  },
} as const;
