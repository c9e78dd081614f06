// Words about other hosts and about what this browser stores.

export const hostWords = {
  title: 'Read from another host?',
  asks: (host: string) => `What you opened lies on ${host}, which this page may not speak to yet.`,
  means:
    'Once allowed, the page reads slides and models from there. That host then sees which files are read and your network address; slides of this computer and results stay here.',
  reloads: 'The page is loaded anew to let the host in. Results that were not exported are lost.',
  cannot:
    'This page cannot let a host in by itself here. Whoever runs it can name the host in the setting CONCENTRIC_SLIDE_HOSTS.',
  allow: 'Allow and reload',
  refuse: 'Do not allow',
} as const;

export const storedWords = {
  title: 'Privacy, and what is stored here',
  intro:
    'Slides, results and models run on this computer. Nothing is sent anywhere, except requests for files to hosts that you allow below or that whoever runs this page has named.',
  storedHeading: 'Stored by this browser',
  app: (kept: number, total: number) => `The app and its models: ${kept} of ${total} files`,
  appOff: 'The app: not kept, so it needs the network',
  phantom: (files: string) => `The phantom slide: ${files} files`,
  /** By the name of the database or key. */
  kinds: {
    'concentric-workspaces':
      'Your work: regions, points with their answers, the last analysis of each slide, view and layers',
    'concentric-runs': 'Analyses that go on or were broken off: the cells so far',
    'concentric-slides': 'Slides opened lately: their links or files, scales that you set, small pictures',
    'concentric-tour': 'That the tour was taken or turned down',
  } as Readonly<Record<string, string>>,
  /** A place is made before anything is in it. */
  soFar: 'Of each as much as there is so far.',
  unnamed: (name: string) => `Something of an earlier version (${name})`,
  bytes: (size: string) => `About ${size} in all`,
  offline: 'Works without a network.',
  nothing: 'Nothing.',
  hosts: 'Hosts that you allowed',
  noHosts: 'None: the page reads from its own server and from this computer only.',
  takeBack: 'Take back',
  takeBackNamed: (host: string) => `Take back ${host}`,
  forget: 'Delete everything stored',
  forgetHint:
    'The open slide and its results stay until the page is closed. Work is saved again, and the app kept again, once the page is loaded anew.',
} as const;
