import type { Exemplar } from '../series/series.ts';
import { numberText } from './family.ts';

/** One histogram, as its lines print it. */
export interface PrintedHistogram {
  readonly name: string;
  readonly labelText: string;
  readonly counts: ArrayLike<number>;
  readonly sum: number | undefined;
  readonly exemplars?: readonly (Exemplar | undefined)[] | undefined;
}

/** The ends of the labels of buckets: `le="0.5"} `, and last the one of all values. */
export function bucketEnds(bounds: readonly number[]): readonly string[] {
  const finite = bounds.filter(Number.isFinite); // a bound of Infinity is the last bucket itself
  return [...finite.map((bound) => `le="${bound}"} `), 'le="+Inf"} '];
}

/** The lines of one histogram. Its counts become cumulative: each bucket includes the ones below it. */
export function histogramLines(
  { name, labelText, counts, sum, exemplars }: PrintedHistogram,
  ends: readonly string[],
): string {
  const head = `${name}_bucket{${labelText === '' ? '' : `${labelText},`}`;
  const last = ends.length - 1;
  let text = '';
  let total = 0;
  for (let index = 0; index < last; index += 1) {
    total += counts[index] ?? 0;
    text += `${head}${ends[index]}${total}${exemplarText(exemplars?.[index])}\n`;
  }
  for (let index = last; index < counts.length; index += 1) total += counts[index] ?? 0;
  text += `${head}${ends[last]}${total}${exemplarText(exemplars?.[last])}\n`;
  const labels = labelText === '' ? '' : `{${labelText}}`;
  if (sum !== undefined) text += `${name}_sum${labels} ${numberText(sum)}\n`;
  return `${text}${name}_count${labels} ${total}\n`;
}

function exemplarText(exemplar: Exemplar | undefined): string {
  if (exemplar === undefined) return '';
  const { traceId, spanId, value, epochMs } = exemplar;
  return ` # {trace_id="${traceId}",span_id="${spanId}"} ${value} ${epochMs / 1_000}`;
}
