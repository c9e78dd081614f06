// The analysis on one page to print: picture, areas, regions, model, and how it was computed. Loaded when first asked for.

import '../styles/report.css';
import { Fragment } from 'react';
import type { Report } from '../../state/app-state.ts';
import { useActions, useAppState } from '../app-context.tsx';
import { layerLabel } from '../layers/layer-label.ts';
import { Swatch } from '../layers/Swatch.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import {
  formatArea,
  formatCount,
  formatLength,
  formatPercent,
  formatPixelSize,
  humanClassName,
} from '../parts/format.ts';
import { AreaTable } from '../run/AreaTable.tsx';
import { DoubtFacts } from '../run/DoubtFacts.tsx';
import { panelStrings } from '../strings/panel-strings.ts';
import { strings } from '../strings/strings.ts';

const words = panelStrings.report;
const time = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short' });
/** More would not fit on the page; all are in the exported files. */
const mostRegions = 8;

export function ReportDialog() {
  const { closeReport } = useActions();
  const report = useAppState((state) => state.report);
  return (
    <Dialog title={words.title} onClose={closeReport}>
      {report === 'making' && <progress aria-label={words.making} />}
      {report !== null && report !== 'making' && (
        <>
          <button type="button" className="report-print" onClick={() => window.print()}>
            {words.print}
          </button>
          <ReportPage report={report} />
        </>
      )}
    </Dialog>
  );
}

function ReportPage({ report }: { readonly report: Report }) {
  const { pictureUrl, provenance, state, areaMm2, doubt, model, regions, points, madeAt } = report;
  const { slide, region, unread } = provenance;
  const layer = useAppState(({ layer: { name, visible } }) => layerLabel(visible ? name : 'none'));
  const source = provenance.slide.mppSource as keyof typeof strings.slide.mppSource;
  const facts: readonly (readonly [string, string])[] = [
    [words.slide, `${slide.name}, ${formatCount(slide.width)} × ${formatCount(slide.height)} px`],
    [words.scale, words.scaleFrom(formatPixelSize(slide) ?? '', strings.slide.mppSource[source] ?? source)],
    [
      words.analysed,
      words.analysedText(formatLength(region.width * slide.mppX), formatLength(region.height * slide.mppY)),
    ],
    [words.model, words.modelText(model.title, model.version)],
    [words.madeFor, `${model.tissue}, ${model.stain}`],
    [words.weights, provenance.model.sha256],
    [
      words.method,
      words.methodText(
        words.modes[provenance.mode],
        words.steps[provenance.step],
        provenance.backend === 'cuda' ? provenance.backend : panelStrings.model.backends[provenance.backend],
      ),
    ],
    [words.calibration, words.calibrationText(String(provenance.calibration))],
    [words.when, time.format(new Date(provenance.createdAt))],
    [words.points, formatCount(points)],
    [words.tissue, provenance.tissueRule],
  ];
  return (
    <article className="report">
      <p className="report-research">{words.research}</p>
      <div className="report-columns">
        <figure>
          <img src={pictureUrl} alt={words.pictureAlt(layer, slide.name)} />
          <figcaption>{words.layer(layer)}</figcaption>
        </figure>
        <div className="stack">
          <AreaTable areaMm2={areaMm2} />
          <DoubtFacts doubt={doubt} />
          {state === 'cancelled' && <p>{words.cancelled}</p>}
          {unread > 0 && <p>{words.unread(formatCount(unread))}</p>}
        </div>
      </div>
      {regions.length > 0 && <RegionTable regions={regions} classNames={Object.keys(areaMm2)} />}
      <dl className="facts">
        {facts.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
      <p className="hint">{words.made(provenance.app, time.format(madeAt))}</p>
    </article>
  );
}

interface RegionTableProps {
  readonly regions: Report['regions'];
  readonly classNames: readonly string[];
}

function RegionTable({ regions, classNames }: RegionTableProps) {
  const shown = regions.slice(0, mostRegions);
  // A column of nothing but dashes says less than the sentence among the facts.
  const knowsUnlike = shown.some(({ statistics }) => statistics !== null && statistics.doubt.unlike !== null);
  return (
    <div>
      <table className="numbers report-regions">
        <caption>{words.regions}</caption>
        <thead>
          <tr>
            <th scope="col">{words.region}</th>
            <th scope="col">{words.outline}</th>
            <th scope="col">{words.lead}</th>
            <th scope="col">{panelStrings.run.uncertainCells}</th>
            {knowsUnlike && <th scope="col">{panelStrings.run.unlikeCells}</th>}
          </tr>
        </thead>
        <tbody>
          {shown.map(({ id, name, colour, statistics }) => (
            <tr key={id}>
              <th scope="row">
                <Swatch color={colour} /> {name}
              </th>
              <td>{statistics?.areaMm2 == null ? '–' : formatArea(statistics.areaMm2)}</td>
              <td>{leadText(statistics, classNames)}</td>
              <td>{shareText(statistics?.doubt.uncertain)}</td>
              {knowsUnlike && <td>{shareText(statistics?.doubt.unlike)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {regions.length > mostRegions && <p>{words.more(formatCount(regions.length - mostRegions))}</p>}
    </div>
  );
}

/** 0..1; what is not known is a dash, not 0%. */
function shareText(share: number | null | undefined): string {
  return formatPercent(share ?? Number.NaN);
}

function leadText(statistics: Report['regions'][number]['statistics'], classNames: readonly string[]): string {
  if (statistics === null || statistics.cells === 0) return words.noCells;
  const most = Math.max(...statistics.classCells);
  const name = classNames[statistics.classCells.indexOf(most)] ?? '';
  return `${humanClassName(name)} ${formatPercent(most / statistics.cells)}`;
}
