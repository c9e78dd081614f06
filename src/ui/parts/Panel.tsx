// One folding part of the side panel: a named region whose heading folds it away.

import { type ReactNode, useId } from 'react';
import { Icon } from './Icon.tsx';

export function Panel({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const titleId = useId();
  return (
    <section className="panel" aria-labelledby={titleId}>
      <details open>
        <summary>
          <h2 id={titleId}>{title}</h2>
          <Icon name="down" />
        </summary>
        <div className="panel-body">{children}</div>
      </details>
    </section>
  );
}
