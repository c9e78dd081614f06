// The words of the second view, the loupe and the overview.

export const compare = {
  button: 'Compare',
  second: 'Second view',
  withoutLayer: 'This slide without its layer',
  withSlide: 'Another slide',
  link: 'Slide link',
  openLink: 'Open beside',
  chooseFiles: 'Choose files to compare…',
  opening: (name: string) => `Opening ${name}…`,
  sameSlide: 'Without layer',
  linked: 'Linked',
  linkedHint: 'Both views move together. Unlink to lay the second right, then link again.',
  close: 'Close second view',
  loupe: 'Loupe',
  overview: 'Overview map',
} as const;
