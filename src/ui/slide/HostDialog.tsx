// Asks whether the page may read from a host that its policy bars, before anything is asked of that host.

import { useActions, useAppState } from '../app-context.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { panelStrings } from '../strings/panel-strings.ts';
import { strings } from '../strings/strings.ts';

export function HostDialog() {
  const { allowHost, refuseHost } = useActions();
  const request = useAppState((state) => state.hostRequest);
  const words = panelStrings.host;
  if (request === null) return null;
  return (
    <Dialog title={words.title} onClose={refuseHost}>
      <p>{words.asks(request.host)}</p>
      {request.canAllow ? (
        <>
          <p>{words.means}</p>
          <p className="hint">{words.reloads}</p>
        </>
      ) : (
        <p>{words.cannot}</p>
      )}
      <div className="row dialog-actions">
        <button type="button" onClick={refuseHost}>
          {request.canAllow ? words.refuse : strings.close}
        </button>
        {request.canAllow && (
          <button type="button" className="primary" onClick={allowHost}>
            {words.allow}
          </button>
        )}
      </div>
    </Dialog>
  );
}
