// A model's card, in a frame of its own that scrolls. Its classes are named as everywhere else in the interface.

import { lazy, Suspense } from 'react';
import { withHumanClassNames } from '../parts/format.ts';
import { panelStrings } from '../strings/panel-strings.ts';
import { strings } from '../strings/strings.ts';

const MarkdownText = lazy(async () => ({ default: (await import('./MarkdownText.tsx')).MarkdownText }));

interface ModelCardProps {
  /** Markdown. */
  readonly text: string;
  readonly classNames: readonly string[];
}

export function ModelCard({ text, classNames }: ModelCardProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="model-card" tabIndex={0} aria-label={panelStrings.model.card}>
      <Suspense fallback={<p className="hint">{strings.loading}</p>}>
        <MarkdownText text={withHumanClassNames(text, classNames)} headingLevel={4} />
      </Suspense>
    </section>
  );
}
