// A colour scale with its numbers, as legend data has it (layers/legend.ts).

import type { RampLimit, RampTick } from '../../layers/legend.ts';

interface RampProps {
  /** CSS colours in equal steps, least value first. */
  readonly colours: readonly string[];
  readonly ticks: readonly RampTick[];
  /** A value to mark. */
  readonly limit?: RampLimit | null;
  readonly label: string;
}

export function Ramp({ colours, ticks, limit = null, label }: RampProps) {
  // One hard-edged stripe a colour: the very colours that are painted, none mixed by the browser.
  const stripes = colours.map((colour, index) => {
    const edge = (position: number) => `${(100 * position) / colours.length}%`;
    return `${colour} ${edge(index)} ${edge(index + 1)}`;
  });
  return (
    <figure className="ramp" aria-label={label}>
      <span className="ramp-bar" style={{ background: `linear-gradient(to right, ${stripes.join(', ')})` }}>
        {limit !== null && limit.position !== null && (
          <span className="ramp-limit" style={{ insetInlineStart: `${100 * limit.position}%` }} aria-hidden="true" />
        )}
      </span>
      <span className="ramp-numbers">
        {ticks.map((tick) => (
          <span key={tick.position}>{tick.label}</span>
        ))}
      </span>
    </figure>
  );
}
