// The work that this browser keeps: opened again, saved as a file, deleted; and a file opened. Loaded when first asked for.

import '../styles/work.css';
import { useEffect } from 'react';
import type { KeptWork } from '../../state/app-state.ts';
import { useActions, useAppState, useDialog } from '../app-context.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { formatMoment } from '../parts/format.ts';
import { FileButton } from '../slide/FileButton.tsx';
import { panelStrings } from '../strings/panel-strings.ts';
import { strings } from '../strings/strings.ts';

const words = panelStrings.work;

export function WorkDialog() {
  const { refreshWork, importWork } = useActions();
  const { showDialog } = useDialog();
  const { list, unreadable } = useAppState((state) => state.work);
  useEffect(() => refreshWork(), [refreshWork]);
  return (
    <Dialog title={words.title} onClose={() => showDialog(null)}>
      <div className="stack work">
        <p>{words.intro}</p>
        {list === null && <p className="hint">{strings.loading}</p>}
        {unreadable > 0 && <p className="hint">{words.unreadable(unreadable)}</p>}
        {list?.length === 0 && <p className="hint">{words.none}</p>}
        {list !== null && list.length > 0 && (
          <div className="work-rows">
            <table className="numbers" aria-label={words.list}>
              <thead>
                <tr>
                  <th scope="col">{words.slide}</th>
                  <th scope="col">{words.saved}</th>
                  <th scope="col">{words.contents}</th>
                  <td />
                </tr>
              </thead>
              <tbody>
                {list.map((work) => (
                  <WorkRow key={work.id} work={work} />
                ))}
              </tbody>
            </table>
          </div>
        )}
        <FileButton
          label={words.import}
          onFiles={(files) => {
            showDialog(null);
            const [file] = files;
            if (file !== undefined) importWork(file);
          }}
        />
      </div>
    </Dialog>
  );
}

function WorkRow({ work }: { readonly work: KeptWork }) {
  const { openWork, saveWork, removeWork } = useActions();
  const { showDialog } = useDialog();
  const isCurrent = useAppState((state) => state.work.current === work.id);
  const { id, slideName, savedAt, isLocal, regions, points, analysisBy } = work;
  const holds = [
    ...(analysisBy === null ? [] : [words.analysis(analysisBy)]),
    ...(regions === 0 ? [] : [words.regions(regions)]),
    ...(points === 0 ? [] : [words.pointCount(points)]),
  ];
  return (
    <tr aria-current={isCurrent || undefined}>
      <th scope="row" className="work-slide">
        {slideName}
        {(isCurrent || isLocal) && <span className="hint">{isCurrent ? words.onSlideNow : words.local}</span>}
      </th>
      <td>{formatMoment(savedAt)}</td>
      <td className="work-holds">{holds.join(', ')}</td>
      <td>
        <div className="row">
          {!isCurrent && (
            <button
              type="button"
              aria-label={words.openNamed(slideName)}
              onClick={() => {
                showDialog(null);
                openWork(id);
              }}
            >
              {words.open}
            </button>
          )}
          <button type="button" aria-label={words.saveNamed(slideName)} onClick={() => saveWork(id)}>
            {words.save}
          </button>
          {!isCurrent && (
            <button type="button" aria-label={words.removeNamed(slideName)} onClick={() => removeWork(id)}>
              {words.remove}
            </button>
          )}
        </div>
      </td>
    </tr>
  );
}
