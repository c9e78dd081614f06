// The keys of the slide, on `?` and on the Help button. Loaded when first asked for.

import { useDialog } from './app-context.tsx';
import { Dialog } from './Dialog.tsx';
import { strings } from './strings.ts';

export function HelpDialog() {
  const { showDialog } = useDialog();
  const { help } = strings;
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
                <kbd>{key}</kbd>
              </th>
              <td>{action}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>{help.mouse}</p>
      <p className="hint">{help.about}</p>
    </Dialog>
  );
}
