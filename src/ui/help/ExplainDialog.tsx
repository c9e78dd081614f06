// "How it works", for a pathologist: what several magnifications add, in words, in numbers of the phantom and in the fields
// of the spot that was clicked last, or of one of the phantom before there is any. Loaded when first asked for.

import '../styles/explain.css';
import { useActions, useAppState, useDialog } from '../app-context.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { FieldStrip } from '../point/FieldStrip.tsx';
import { obstacleOf } from '../slide/Obstacle.tsx';
import { explain as words } from '../strings/explain.ts';

export function ExplainDialog() {
  const { showDialog } = useDialog();
  const [spotHead, shareHead] = words.gainColumns;
  return (
    <Dialog title={words.title} onClose={() => showDialog(null)}>
      <div className="explain">
        <p>{words.lead}</p>
        <section>
          <h3>{words.fieldsTitle}</h3>
          <p>{words.fieldsText}</p>
          <Schematic />
          <Fields />
        </section>
        <section>
          <h3>{words.gainTitle}</h3>
          <p>{words.gainText}</p>
          <table className="numbers">
            <caption>{words.gainCaption}</caption>
            <thead>
              <tr>
                <th scope="col">{spotHead}</th>
                <th scope="col">{shareHead}</th>
              </tr>
            </thead>
            <tbody>
              {words.gainRows.map(([name, share]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{share}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className="hint">{words.gainNote}</p>
        </section>
        <section>
          <h3>{words.similarityTitle}</h3>
          <p>{words.similarityText}</p>
        </section>
        <section>
          <h3>{words.answerTitle}</h3>
          <ul>
            {words.answerItems.map((item) => (
              <li key={item}>{item}</li>
            ))}
          </ul>
        </section>
        <section>
          <h3>{words.limitsTitle}</h3>
          <p>{words.limitsText}</p>
        </section>
      </div>
    </Dialog>
  );
}

function Fields() {
  const { classifyCentre } = useActions();
  const point = useAppState((state) => state.point);
  const example = useAppState((state) => state.exampleFields);
  const canAsk = useAppState((state) => obstacleOf(state) === null);
  if (point.status === 'done') return <FieldStrip title={words.yourFields} crops={point.crops} />;
  return (
    <>
      {example === 'reading' && <progress aria-label={words.exampleReading} />}
      {example !== null && example !== 'reading' && <FieldStrip title={words.exampleFields} crops={example} />}
      <p className="hint">{words.noPoint}</p>
      <button
        type="button"
        className="self-start"
        disabled={!canAsk || point.status === 'reading'}
        onClick={classifyCentre}
      >
        {words.askCentre}
      </button>
    </>
  );
}

/** Three fields around one centre, with what each shows. */
function Schematic() {
  const sides = [40, 80, 160];
  return (
    <figure>
      <svg viewBox="0 0 164 164" role="img" aria-label={words.schematicAlt}>
        {sides.map((side, index) => (
          <rect
            key={side}
            className={index === 0 ? 'finest' : undefined}
            x={82 - side / 2}
            y={82 - side / 2}
            width={side}
            height={side}
          />
        ))}
        <circle cx="82" cy="82" r="3" />
      </svg>
      <figcaption>
        <ol>
          {words.schematic.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ol>
      </figcaption>
    </figure>
  );
}
