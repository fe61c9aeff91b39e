import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { ScoreHistogram } from '../../../../src/wire/index.ts';
import { stacked, valueAxis } from '../../charts/scale.ts';
import { useWidth } from '../../charts/use-width.ts';
import { routeColours } from '../../state/app-state.ts';

const HEIGHT = 176;
const GROUND = HEIGHT - 22;
const HEAD = 26;

/** Room for the label of a threshold. */
const LABEL_PX = 180;
const LABEL_LINE = 14;
const MAX_LABEL_LINES = 4;

/** How many requests looked how demanding, by the route that they were sent to, and where the thresholds are. */
export function ScoreChart({ scores }: { readonly scores: ScoreHistogram }): VNode {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const routes = [...scores.routes].sort((a, b) =>
    routeColours.tokenOf(b.route).localeCompare(routeColours.tokenOf(a.route)),
  );
  const cheapestFirst = [
    ...routes.filter(({ route }) => routeColours.isOther(route)),
    ...routes.filter(({ route }) => !routeColours.isOther(route)),
  ];
  const stacks = stacked(cheapestFirst.map(({ counts }) => counts));
  const bins = cheapestFirst[0]?.counts.length ?? 50;
  const { top, above } = scores;
  const most = Math.max(1, ...(stacks.at(-1)?.high ?? []));
  const slot = width / bins;
  const labels = scores.thresholds.length + (above === undefined ? 0 : 1);
  const lines = width < labels * LABEL_PX ? Math.min(labels, MAX_LABEL_LINES) : 1;
  const labelY = (at: number): number => 12 + (at % lines) * LABEL_LINE;
  const head = HEAD + (lines - 1) * LABEL_LINE;
  const y = (count: number): number => GROUND - (count / most) * (GROUND - head);
  /** Without room for a label on its left. */
  const isLeft = (part: number): boolean => part * width < LABEL_PX;
  return (
    <div
      class="chart"
      ref={frame}
      role="img"
      aria-label="Requests by how demanding they looked"
      style={{ height: `${HEIGHT}px` }}
    >
      <svg height={HEIGHT} viewBox={`0 0 ${Math.max(1, width)} ${HEIGHT}`} aria-hidden="true">
        {cheapestFirst.map(({ route }, at) =>
          (stacks[at]?.high ?? []).map((high, bin) => {
            const low = stacks[at]?.low[bin] ?? 0;
            if (high === low) return null;
            const fill = `var(${routeColours.tokenOf(route)})`;
            return (
              <rect
                key={`${route}:${bin}`}
                x={bin * slot + 1}
                width={Math.max(1, slot - 2)}
                y={y(high)}
                height={y(low) - y(high)}
                fill={fill}
              />
            );
          }),
        )}
        <line x1={0} x2={width} y1={GROUND + 0.5} y2={GROUND + 0.5} stroke="var(--line-strong)" />
        {scores.thresholds.map(({ route, upTo }, at) => (
          <g key={route}>
            <line
              x1={(upTo / top) * width}
              x2={(upTo / top) * width}
              y1={labelY(at) - 10}
              y2={GROUND}
              stroke="var(--ink)"
              stroke-dasharray="2 3"
            />
            <text
              x={(upTo / top) * width + (isLeft(upTo / top) ? 6 : -6)}
              y={labelY(at)}
              text-anchor={isLeft(upTo / top) ? 'start' : 'end'}
              class="threshold"
            >
              {short(route)} up to {upTo.toFixed(2)}
            </text>
          </g>
        ))}
        {above === undefined ? null : (
          <text x={width} y={labelY(labels - 1)} text-anchor="end" class="threshold">
            {short(above)} above
          </text>
        )}
        {valueAxis(top)
          .ticks.filter((tick) => tick <= top)
          .map((tick) => (
            <text
              key={tick}
              x={(tick / top) * width}
              y={HEIGHT - 4}
              text-anchor={tick === 0 ? 'start' : tick === top ? 'end' : 'middle'}
            >
              {Number(tick.toPrecision(2))}
            </text>
          ))}
      </svg>
    </div>
  );
}

/** A label in a chart has room for a few words. */
function short(route: string): string {
  return route.length > 14 ? `${route.slice(0, 13)}…` : route;
}
