import { Sum } from '../sum.ts';

/**
 * A percentile of the normal distribution that leaves 1.25 % on either side. 2.5 % would be enough if the variance and the skewness of costs
 * were known; those of a few skewed costs are too small more often than too large.
 */
const Z = 2.241403;

/** How many requests each group needs before an interval is stated. */
const MIN_GROUP = 30;

/**
 * The largest skewness that is taken out. Hall's transformation is for small ones: with more, it narrows the interval, and above about six times a
 * percentile its low end passes the difference itself. The mean of one group has a skewness below 1 in its own costs, but `alike` may show far more.
 */
const MAX_SKEWNESS = 2;

/** What the costs of one group of requests add up to. */
export class Moments {
  count = 0;
  readonly #sums = [new Sum(), new Sum(), new Sum()] as const;

  add(usd: number): void {
    const [first, second, third] = this.#sums;
    this.count += 1;
    first.add(usd);
    second.add(usd ** 2);
    third.add(usd ** 3);
  }

  merge(other: Moments): void {
    this.count += other.count;
    for (const [power, sum] of this.#sums.entries()) sum.add(other.#sums[power]?.value ?? 0);
  }

  get sum(): number {
    return this.#sums[0].value;
  }

  get mean(): number {
    return this.count === 0 ? 0 : this.sum / this.count;
  }

  /** The second and third central moments. */
  get central(): CentralMoments {
    const { mean, count } = this;
    const [, second, third] = this.#sums;
    return {
      second: Math.max(0, second.value / count - mean ** 2),
      third: third.value / count - (3 * mean * second.value) / count + 2 * mean ** 3,
    };
  }
}

interface CentralMoments {
  readonly second: number;
  readonly third: number;
}

/** A 95 % interval for the difference of two means. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * A 95 % interval for how much more one group costs than the other, per request. Costs of requests are skewed: a few are many times as
 * expensive as the others. So the skewness of the difference is taken out of Student's interval by Hall's transformation.
 *
 * A small group that happens to have none of the expensive requests looks less spread out than it is. A third group, whose costs have the same
 * distribution up to a factor, shows how spread out they are: the moments of `more` are not below those of `alike`, scaled to its mean.
 *
 * @param alike - what requests of the group `more` usually cost, up to a factor
 * @returns an interval that holds the difference of the two means; undefined if a group is smaller than {@link MIN_GROUP}
 * @see P. Hall, On the removal of skewness by transformation, J. R. Statist. Soc. B 54 (1992), 221-228
 * @see B. L. Welch, The generalization of Student's problem, Biometrika 34 (1947), 28-35, for the degrees of freedom
 */
export function intervalOfDifference(more: Moments, less: Moments, alike: Moments): Interval | undefined {
  if (more.count < MIN_GROUP || less.count < MIN_GROUP) return undefined;
  const a = ofMean(more.count, atLeast(more, alike));
  const b = ofMean(less.count, less.central);
  const variance = a.variance + b.variance;
  const difference = more.mean - less.mean;
  if (variance === 0) return { low: difference, high: difference };
  const error = Math.sqrt(variance);
  const degrees = variance ** 2 / (a.variance ** 2 / (more.count - 1) + b.variance ** 2 / (less.count - 1));
  const skewness = Math.max(-MAX_SKEWNESS, Math.min(MAX_SKEWNESS, (a.third - b.third) / error ** 3));
  const t = studentQuantile(degrees);
  return {
    low: difference - error * withoutSkewness(t, skewness),
    high: difference - error * withoutSkewness(-t, skewness),
  };
}

/** The moments of a group, not below those of a group that is distributed alike, scaled to the mean of the first. */
function atLeast({ central, mean }: Moments, alike: Moments): CentralMoments {
  if (alike.count < MIN_GROUP || alike.mean <= 0) return central;
  const scale = Math.max(0, mean) / alike.mean;
  return {
    second: Math.max(central.second, alike.central.second * scale ** 2),
    third: Math.max(central.third, alike.central.third * scale ** 3),
  };
}

/** The variance and the third central moment of the mean of so many requests. */
function ofMean(
  count: number,
  { second, third }: CentralMoments,
): { readonly variance: number; readonly third: number } {
  return { variance: second / (count - 1), third: third / count ** 2 };
}

/** The same percentile of Student's distribution, by its expansion around the normal one. */
function studentQuantile(degrees: number): number {
  return Z + (Z ** 3 + Z) / (4 * degrees) + (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / (96 * degrees ** 2);
}

/** The inverse of Hall's transformation. */
function withoutSkewness(quantile: number, skewness: number): number {
  if (Math.abs(skewness) < 1e-6) return quantile;
  return (3 / skewness) * (Math.cbrt(1 + skewness * (quantile - skewness / 6)) - 1);
}
