/** The top of a value axis, and where its grid lines are. */
export interface ValueAxis {
  readonly top: number;
  /** From 0 to the top. */
  readonly ticks: readonly number[];
}

const STEPS = [1, 2, 2.5, 5, 10] as const;
const MAX_STEPS = 3;

/** An axis from 0 with at most three steps of 1, 2, 2.5 or 5 times a power of ten; of whole numbers where parts make no sense. */
export function valueAxis(largest: number, { isWhole = false }: { readonly isWhole?: boolean } = {}): ValueAxis {
  if (!(largest > 0)) return { top: 1, ticks: [0, 1] };
  const raw = largest / MAX_STEPS;
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = STEPS.find((one) => one * power >= raw * (1 - 1e-9)) ?? 10;
  const step = isWhole ? Math.max(1, Math.ceil(factor * power)) : factor * power;
  const count = Math.ceil(largest / step - 1e-9);
  return { top: step * count, ticks: Array.from({ length: count + 1 }, (_, at) => at * step) };
}

/** The instants below a time axis: from start to end in equal parts, fewer where there is less room. */
export function timeTicks(startAtMs: number, endAtMs: number, width: number): readonly number[] {
  const parts = width < 420 ? 3 : width < 700 ? 4 : 6;
  return Array.from({ length: parts + 1 }, (_, at) => startAtMs + ((endAtMs - startAtMs) * at) / parts);
}

/** Below this width two buckets are drawn as one, which shows their mean. */
export const NARROW_PX = 420;

/** Means of neighbours: sixty buckets as thirty. A pair without a value has none. */
export function inPairs<Value extends number | null>(values: readonly Value[]): Value[] {
  return Array.from({ length: Math.ceil(values.length / 2) }, (_, at) => {
    const pair = values.slice(2 * at, 2 * at + 2).filter((value) => value !== null) as number[];
    return (pair.length === 0 ? null : pair.reduce((sum, value) => sum + value, 0) / pair.length) as Value;
  });
}

/** The lower and the upper edge of each part of a stack, bucket by bucket. */
export function stacked(
  parts: readonly (readonly number[])[],
): readonly { readonly low: number[]; readonly high: number[] }[] {
  const heights: number[] = [];
  return parts.map((values) => {
    const low = values.map((_, at) => heights[at] ?? 0);
    const high = values.map((value, at) => (heights[at] = (heights[at] ?? 0) + value));
    return { low, high };
  });
}

/** How one bucket is called: `minute`, `15 s`, `24 min`, `3 h`. */
export function bucketName(stepMs: number): string {
  if (stepMs === 1000) return 'second';
  if (stepMs === 60_000) return 'minute';
  if (stepMs === 3_600_000) return 'hour';
  if (stepMs < 60_000) return `${Number((stepMs / 1000).toFixed(1))} s`;
  if (stepMs < 3_600_000) return `${Number((stepMs / 60_000).toFixed(1))} min`;
  return `${Number((stepMs / 3_600_000).toFixed(1))} h`;
}
