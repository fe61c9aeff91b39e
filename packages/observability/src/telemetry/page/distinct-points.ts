import type { Attributes } from '@opentelemetry/api';
import type { Histogram } from '@opentelemetry/sdk-metrics';
import { attributeTextOf } from './label-text.ts';

/** One value that an SDK has collected. */
export interface CollectedPoint {
  /** The name of the meter that it comes from. */
  readonly scope: string;
  readonly attributes: Attributes;
  readonly value: number | Histogram;
  /** Whether it can be added to another one with its labels, as counts can and last values cannot. */
  readonly isSum: boolean;
}

/** A value and the labels that no other value of its metric has. */
export interface DistinctPoint {
  readonly labelText: string;
  readonly value: number | Histogram;
}

/**
 * The values of one metric, each with labels of its own, because Prometheus refuses a page that has a series twice.
 *
 * Sums with the same labels are added up, whichever meters they come from. Last values, and histograms with different buckets, are told
 * apart by the label `otel_scope_name`. If one meter has two of them, only the first is printed.
 */
export function* distinctPoints(points: readonly CollectedPoint[]): Generator<DistinctPoint, void> {
  const printed = new Set<string>();
  for (const [labelText, same] of Map.groupBy(points, ({ attributes }) => attributeTextOf(attributes))) {
    const value = totalOf(same);
    const distinct = value === undefined ? same.map(withScope) : [{ labelText, value }];
    for (const point of distinct) {
      if (printed.has(point.labelText)) continue;
      printed.add(point.labelText);
      yield point;
    }
  }
}

function withScope({ attributes, scope, value }: CollectedPoint): DistinctPoint {
  return { labelText: attributeTextOf({ ...attributes, otel_scope_name: scope }), value };
}

/** The total of values with the same labels; undefined if they do not add up. */
function totalOf([first, ...others]: readonly CollectedPoint[]): number | Histogram | undefined {
  let total = first?.value;
  for (const { value, isSum } of others) {
    if (total === undefined || !isSum || first?.isSum !== true) return undefined;
    total = added(total, value);
  }
  return total;
}

function added(one: number | Histogram, other: number | Histogram): number | Histogram | undefined {
  if (typeof one === 'number' || typeof other === 'number') {
    return typeof one === 'number' && typeof other === 'number' ? one + other : undefined;
  }
  const { boundaries, counts } = one.buckets;
  const { boundaries: otherBoundaries, counts: otherCounts } = other.buckets;
  const isAlike =
    boundaries.length === otherBoundaries.length &&
    boundaries.every((bound, index) => bound === otherBoundaries[index]);
  if (!isAlike) return undefined;
  return {
    buckets: { boundaries, counts: counts.map((count, index) => count + (otherCounts[index] ?? 0)) },
    count: one.count + other.count,
    ...(one.sum !== undefined && other.sum !== undefined && { sum: one.sum + other.sum }),
  };
}
