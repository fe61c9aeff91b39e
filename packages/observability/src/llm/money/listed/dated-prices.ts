import type { ModelPrice } from '@pydantic/genai-prices';

/** A price that the list has wrong, or not at all, in force from an instant until the next one of the same models. */
interface DatedPrice {
  readonly provider: string;
  readonly models: RegExp;
  readonly since: Date;
  /** Null once the name is no longer served, so its price is unknown. */
  readonly offPeak: ModelPrice | null;
  /** How much more is charged at peak hours. */
  readonly peakFactor: number;
}

/**
 * DeepSeek, https://api-docs.deepseek.com/quick_start/pricing, as read in October 2026: peak hours are 01:00 to 04:00 and 06:00 to
 * 10:00 UTC from Monday to Friday, at twice the price. The list has the peak hours on weekends too, and not the Flash of September.
 * Chinese public holidays are off-peak there and count as weekdays here.
 */
const DATED_PRICES: readonly DatedPrice[] = [
  deepseek(/^deepseek-v4-flash/, '2026-04-24T00:00:00Z', [0.14, 0.0028, 0.28], 1),
  deepseek(/^deepseek-v4-pro/, '2026-04-24T00:00:00Z', [0.435, 0.003625, 0.87], 1),
  deepseek(/^deepseek-v4-flash/, '2026-08-16T16:00:00Z', [0.22, 0.007, 0.66], 2),
  deepseek(/^deepseek-v4-pro/, '2026-08-16T16:00:00Z', [0.66, 0.022, 1.98], 2),
  deepseek(/^deepseek-(?:v4-)?flash/, '2026-09-09T16:00:00Z', [0.15, 0.003, 0.6], 2),
  // Aliases whose listed price ended when V3.1's came; not served since 2026-07-24.
  deepseek(/^deepseek-(?:chat|reasoner)$/, '2025-09-05T16:00:00Z', null, 1),
];

/**
 * The price that was in force at an instant, if it is one that the list has wrong.
 *
 * @returns undefined if the list is right, null if the price is unknown
 */
export function datedPrices(
  provider: string | undefined,
  model: string,
  at: Date,
): { readonly provider: string; readonly prices: ModelPrice } | null | undefined {
  const inForce = DATED_PRICES.filter(
    (price) => price.provider === provider && price.models.test(model) && price.since <= at,
  ).at(-1);
  if (inForce === undefined) return undefined;
  const { offPeak, peakFactor } = inForce;
  return offPeak && { provider: inForce.provider, prices: isPeak(at) ? times(offPeak, peakFactor) : offPeak };
}

function deepseek(
  models: RegExp,
  since: string,
  rates: readonly [input: number, cacheRead: number, output: number] | null,
  peakFactor: number,
): DatedPrice {
  const offPeak = rates && { input_mtok: rates[0], cache_read_mtok: rates[1], output_mtok: rates[2] };
  return { provider: 'deepseek', models, since: new Date(since), offPeak, peakFactor };
}

function isPeak(at: Date): boolean {
  const hour = at.getUTCHours();
  const isWeekday = at.getUTCDay() >= 1 && at.getUTCDay() <= 5;
  return isWeekday && ((hour >= 1 && hour < 4) || (hour >= 6 && hour < 10));
}

function times(prices: ModelPrice, factor: number): ModelPrice {
  return Object.fromEntries(Object.entries(prices).map(([name, rate]) => [name, (rate as number) * factor])); // none is tiered
}
