// The keys of the slide, on `?` and on the Help button. Loaded when first asked for.

import { useActions, useDialog } from '../app-context.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { panelStrings } from '../strings/panel-strings.ts';
import { strings } from '../strings/strings.ts';
import { useStartTour } from './use-start-tour.ts';

export function HelpDialog() {
  const { showDialog } = useDialog();
  const { readExampleFields } = useActions();
  const startTour = useStartTour();
  const { help } = panelStrings;
  return (
    <Dialog title={help.title} onClose={() => showDialog(null)}>
      <p>{help.intro}</p>
      <table className="keys">
        <thead>
          <tr>
            <th scope="col">{help.key}</th>
            <th scope="col">{help.action}</th>
          </tr>
        </thead>
        <tbody>
          {help.keys.map(([key, action]) => (
            <tr key={key}>
              <th scope="row">
                {key.split(' ').map((one) => (
                  <kbd key={one}>{one}</kbd>
                ))}
              </th>
              <td>{action}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>{help.mouse}</p>
      <p className="hint">{help.about}</p>
      <div className="row">
        <button
          type="button"
          onClick={() => {
            readExampleFields();
            showDialog('explain');
          }}
        >
          {panelStrings.help.explain}
        </button>
        <button type="button" onClick={startTour}>
          {strings.bar.tour}
        </button>
      </div>
    </Dialog>
  );
}
