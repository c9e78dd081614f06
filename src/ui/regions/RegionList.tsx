// One row a region; the chosen one opens its numbers. Loaded with the first region.

import { Fragment } from 'react';
import { isLocked, type Region } from '../../regions/region.ts';
import { useActions, useAppState, useClassColours } from '../app-context.tsx';
import { Swatch } from '../layers/Swatch.tsx';
import { formatArea, formatCount, formatPercent, formatSigned, humanClassName } from '../parts/format.ts';
import { Icon } from '../parts/Icon.tsx';
import { DoubtRows } from '../run/DoubtFacts.tsx';
import { isRunGoing, usedModel } from '../selectors.ts';
import { Obstacle, obstacleOf } from '../slide/Obstacle.tsx';
import { panelStrings } from '../strings/panel-strings.ts';

/** A file may bring thousands; more rows than this help nobody. */
const mostRows = 200;

export function RegionList() {
  const { changeRegion, removeRegion, selectRegion, showRegion } = useActions();
  const list = useAppState((state) => state.regions.list);
  const selected = useAppState((state) => state.regions.selected);
  const statistics = useAppState((state) => state.regions.statistics);
  const words = panelStrings.regions;
  return (
    <>
      <ul className="region-list" aria-label={words.list}>
        {list.slice(0, mostRows).map((region) => {
          const { id, name, colour } = region;
          const area = statistics[id]?.areaMm2 ?? null;
          const isOpen = id === selected;
          return (
            <Fragment key={id}>
              <li>
                <input
                  type="color"
                  aria-label={words.colour(name)}
                  value={colour}
                  disabled={isLocked(region)}
                  onChange={({ currentTarget }) => changeRegion(id, { colour: currentTarget.value })}
                />
                <NameField region={region} />
                <span className="region-area">{area === null ? '' : formatArea(area)}</span>
                <button
                  type="button"
                  className="icon-button"
                  aria-label={words.details(name)}
                  aria-expanded={isOpen}
                  onClick={() => selectRegion(isOpen ? null : id)}
                >
                  <Icon name="down" />
                </button>
                <button
                  type="button"
                  className="icon-button"
                  aria-label={words.show(name)}
                  title={words.show(name)}
                  onClick={() => showRegion(id)}
                >
                  <Icon name="go" />
                </button>
                {isLocked(region) ? (
                  <button
                    type="button"
                    className="icon-button"
                    aria-label={words.unlock(name)}
                    title={words.locked(name)}
                    onClick={() => changeRegion(id, { locked: false })}
                  >
                    <Icon name="lock" />
                  </button>
                ) : (
                  <button
                    type="button"
                    className="icon-button"
                    aria-label={words.remove(name)}
                    title={words.remove(name)}
                    onClick={() => removeRegion(id)}
                  >
                    <Icon name="remove" />
                  </button>
                )}
              </li>
              {isOpen && (
                <li>
                  <RegionNumbers region={region} />
                </li>
              )}
            </Fragment>
          );
        })}
      </ul>
      {list.length > mostRows && <p className="hint">{words.more(formatCount(list.length - mostRows))}</p>}
    </>
  );
}

/** Takes the name when the user leaves the field, so that a name is one step to undo and not one a letter. */
function NameField({ region }: { readonly region: Region }) {
  const { id, name } = region;
  const { changeRegion, selectRegion } = useActions();
  return (
    <input
      key={name}
      type="text"
      aria-label={panelStrings.regions.name}
      autoComplete="off"
      spellCheck={false}
      defaultValue={name}
      readOnly={isLocked(region)}
      onFocus={() => selectRegion(id)}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      onBlur={({ currentTarget }) => {
        const typed = currentTarget.value.trim();
        if (typed === '') currentTarget.value = name;
        else if (typed !== name) changeRegion(id, { name: typed });
      }}
    />
  );
}

function RegionNumbers({ region }: { readonly region: Region }) {
  const { id, name } = region;
  const { changeRegion, runOnRegion } = useActions();
  const one = useAppState((state) => state.regions.statistics[id]);
  const model = useAppState(usedModel);
  const colours = useClassColours();
  const canRun = useAppState((state) => obstacleOf(state) === null && !isRunGoing(state));
  const words = panelStrings.regions;
  return (
    <div className="stack region-numbers">
      {one === undefined || one.cells === 0 || model === null ? (
        <p className="hint">{words.noCells}</p>
      ) : (
        <>
          <table className="numbers class-areas">
            <caption className="visually-hidden">{words.classes(name)}</caption>
            <thead>
              <tr>
                <th scope="col">{panelStrings.point.class}</th>
                <th scope="col">{words.cells}</th>
                <th scope="col">{panelStrings.run.share}</th>
              </tr>
            </thead>
            <tbody>
              {model.classNames.map((className, index) => (
                <tr key={className}>
                  <th scope="row">
                    <Swatch color={colours[index]} /> {humanClassName(className)}
                  </th>
                  <td>{formatCount(one.classCells[index] ?? 0)}</td>
                  <td>{formatPercent((one.classCells[index] ?? 0) / one.cells)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <dl className="facts">
            <dt>{words.cells}</dt>
            <dd>{formatCount(one.cells)}</dd>
            <dt>{words.entropy}</dt>
            <dd>{formatSigned(one.meanEntropy ?? Number.NaN)}</dd>
            {one.analysedMm2 !== null && one.areaMm2 !== null && (
              <>
                <dt>{words.analysed}</dt>
                {/* Cells at the edge reach beyond it. */}
                <dd>
                  {words.analysedText(
                    formatArea(one.analysedMm2),
                    formatPercent(Math.min(1, one.analysedMm2 / one.areaMm2)),
                  )}
                </dd>
              </>
            )}
            <DoubtRows doubt={one.doubt} />
          </dl>
        </>
      )}
      <Obstacle />
      <div className="row">
        <button type="button" disabled={!canRun} onClick={() => runOnRegion(id)}>
          {words.run}
        </button>
        {!isLocked(region) && (
          <button type="button" onClick={() => changeRegion(id, { locked: true })}>
            {words.lock}
          </button>
        )}
      </div>
    </div>
  );
}
