// A model that is not in the list: its folder on this computer, or a link to it.

import { useActions } from '../app-context.tsx';
import { TextForm } from '../parts/TextForm.tsx';
import { FileButton } from '../slide/FileButton.tsx';
import { panelStrings } from '../strings/panel-strings.ts';

export function OwnModel() {
  const { loadModel } = useActions();
  const words = panelStrings.model;
  return (
    <details className="fold">
      <summary>{words.own}</summary>
      <div className="stack">
        <p className="hint">{words.ownHint}</p>
        <FileButton label={words.chooseFolder} folder onFiles={(files) => loadModel(files)} />
        <TextForm label={words.link} button={words.loadLink} onSubmit={(link) => loadModel(link)} />
      </div>
    </details>
  );
}
