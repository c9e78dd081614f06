// What leaves this computer (nothing, but for hosts that the user allowed), what the browser keeps for the app, and the
// button that deletes it. Loaded when first asked for.

import type { AppState } from '../../state/app-state.ts';
import { useActions, useAppState, useDialog } from '../app-context.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { formatBytes, formatCount } from '../parts/format.ts';
import { panelStrings } from '../strings/panel-strings.ts';
import { strings } from '../strings/strings.ts';

export function PrivacyDialog() {
  const { forgetEverything } = useActions();
  const { showDialog } = useDialog();
  const stored = useAppState((state) => state.stored);
  const words = panelStrings.stored;
  return (
    <Dialog title={words.title} onClose={() => showDialog(null)}>
      <div className="stack">
        <p>{words.intro}</p>
        <section aria-label={words.hosts}>
          <h3>{words.hosts}</h3>
          <AllowedHosts hosts={stored?.allowedHosts ?? []} />
        </section>
        <section aria-label={words.storedHeading}>
          <h3>{words.storedHeading}</h3>
          {stored === null ? <p>{strings.loading}</p> : <StoredList stored={stored} />}
        </section>
        <div className="stack">
          <button type="button" className="self-start" onClick={forgetEverything}>
            {words.forget}
          </button>
          <p className="hint">{words.forgetHint}</p>
        </div>
      </div>
    </Dialog>
  );
}

function AllowedHosts({ hosts }: { readonly hosts: readonly string[] }) {
  const { takeHostBack } = useActions();
  const words = panelStrings.stored;
  if (hosts.length === 0) return <p className="hint">{words.noHosts}</p>;
  return (
    <ul className="host-list">
      {hosts.map((host) => (
        <li key={host} className="row">
          <span>{host}</span>
          <button type="button" aria-label={words.takeBackNamed(host)} onClick={() => takeHostBack(host)}>
            {words.takeBack}
          </button>
        </li>
      ))}
    </ul>
  );
}

function StoredList({
  stored: { app, phantomFiles, others, bytes },
}: {
  readonly stored: NonNullable<AppState['stored']>;
}) {
  const words = panelStrings.stored;
  const lines = [
    app === null ? null : words.app(app.kept, app.total),
    phantomFiles === 0 ? null : words.phantom(formatCount(phantomFiles)),
    ...others.map((name) => words.kinds[name] ?? words.unnamed(name)),
  ].filter((line) => line !== null);
  if (lines.length === 0) return <p className="hint">{app === null ? words.appOff : words.nothing}</p>;
  return (
    <>
      <ul className="bullets">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p className="hint">
        {app !== null && app.kept === app.total && `${words.offline} `}
        {others.length > 0 && `${words.soFar} `}
        {bytes !== null && bytes > 0 && words.bytes(formatBytes(bytes))}
      </p>
    </>
  );
}
