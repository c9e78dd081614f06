// A model's card, in a frame of its own that scrolls.

import { lazy, Suspense } from 'react';
import { panelStrings } from '../panel-strings.ts';
import { strings } from '../strings.ts';

const MarkdownText = lazy(async () => ({ default: (await import('./MarkdownText.tsx')).MarkdownText }));

/** `text`: Markdown. */
export function ModelCard({ text }: { readonly text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="model-card" tabIndex={0} aria-label={panelStrings.model.card}>
      <Suspense fallback={<p className="hint">{strings.loading}</p>}>
        <MarkdownText text={text} headingLevel={4} />
      </Suspense>
    </section>
  );
}
