import type { VNode } from 'preact';

const WIDTH = 100;
const HEIGHT = 22;

/** With fewer values there is no shape to see. */
const LEAST_VALUES = 5;

/** The shape of a figure over the period, without axes. Where nothing was measured there is a gap. */
export function Sparkline({ values }: { readonly values: readonly (number | null)[] }): VNode {
  const known = values.filter((value) => value !== null);
  const high = Math.max(...known, 0);
  const low = Math.min(...known, high * 0.5);
  const x = (index: number): number => (index / Math.max(1, values.length - 1)) * WIDTH;
  const y = (value: number): number => HEIGHT - 2 - ((value - low) / (high - low || 1)) * (HEIGHT - 4);
  const stretches = known.length < LEAST_VALUES ? [] : stretchesOf(values);
  const line = (stretch: readonly Point[]): string =>
    stretch.map(({ index, value }) => `${x(index).toFixed(1)} ${y(value).toFixed(1)}`).join('L');
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {stretches.map((stretch) => {
        const [first, last] = [stretch[0], stretch.at(-1)] as [Point, Point];
        const path = line(stretch);
        return (
          <g key={first.index}>
            <path d={`M${path}L${x(last.index)} ${HEIGHT}L${x(first.index)} ${HEIGHT}Z`} fill="var(--sunken)" />
            <path
              d={`M${path}${stretch.length === 1 ? 'h0.5' : ''}`}
              fill="none"
              stroke="var(--time-fill)"
              stroke-width="1.25"
              vector-effect="non-scaling-stroke"
            />
          </g>
        );
      })}
    </svg>
  );
}

interface Point {
  readonly index: number;
  readonly value: number;
}

function stretchesOf(values: readonly (number | null)[]): readonly (readonly Point[])[] {
  const stretches: Point[][] = [];
  values.forEach((value, index) => {
    if (value === null) return;
    const last = stretches.at(-1);
    if (last?.at(-1)?.index === index - 1) last.push({ index, value });
    else stretches.push([{ index, value }]);
  });
  return stretches;
}
