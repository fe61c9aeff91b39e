import { Sum } from '../sum.ts';

/**
 * A percentile of the normal distribution that leaves 1.25 % on either side. 2.5 % would be enough if the variance and the skewness of costs
 * were known; those of a few skewed costs are too small more often than too large.
 */
const Z = 2.241403;

/** How many requests each group needs before an interval is stated. */
const MIN_GROUP = 30;

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

  /** The variance of the mean. */
  get variance(): number {
    const second = this.#sums[1].value / this.count - this.mean ** 2;
    return Math.max(0, second) / (this.count - 1);
  }

  /** The third central moment of the mean. */
  get thirdMoment(): number {
    const { mean, count } = this;
    const [, second, third] = this.#sums;
    return (third.value / count - (3 * mean * second.value) / count + 2 * mean ** 3) / count ** 2;
  }
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
 * @returns undefined if a group is smaller than {@link MIN_GROUP}
 * @see P. Hall, On the removal of skewness by transformation, J. R. Statist. Soc. B 54 (1992), 221-228
 */
export function intervalOfDifference(more: Moments, less: Moments): Interval | undefined {
  if (more.count < MIN_GROUP || less.count < MIN_GROUP) return undefined;
  const variance = more.variance + less.variance;
  const difference = more.mean - less.mean;
  if (variance === 0) return { low: difference, high: difference };
  const error = Math.sqrt(variance);
  const degrees = variance ** 2 / (more.variance ** 2 / (more.count - 1) + less.variance ** 2 / (less.count - 1));
  const skewness = (more.thirdMoment - less.thirdMoment) / error ** 3;
  const t = studentQuantile(degrees);
  return {
    low: difference - error * withoutSkewness(t, skewness),
    high: difference - error * withoutSkewness(-t, skewness),
  };
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
