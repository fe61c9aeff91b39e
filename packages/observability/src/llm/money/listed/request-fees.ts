import type { Usage } from '../usage.ts';
import type { Listing } from './listing.ts';

/** Dollars for a thousand requests, by how much of the web is searched. The list has the highest of them only. */
type FeeBySearch = Readonly<Record<string, number>>;

const SMALL: FeeBySearch = { low: 5, medium: 8, high: 12 };
const LARGE: FeeBySearch = { low: 6, medium: 10, high: 14 };

/** @see https://docs.perplexity.ai/docs/getting-started/pricing */
const PERPLEXITY_FEES: ReadonlyMap<string, FeeBySearch> = new Map([
  ['sonar', SMALL],
  ['sonar-pro', LARGE],
  ['sonar-reasoning', SMALL],
  ['sonar-reasoning-pro', LARGE],
]);

/** How much Perplexity searches if a request does not say. */
const DEFAULT_SEARCH = 'low';

/**
 * The fee of a request, independent of its tokens.
 *
 * @returns US dollars, 0 for a model without a fee, or null if the fee is unknown
 */
export function requestFee({ provider, model, prices }: Listing, usage: Usage): number | null {
  if (prices['requests_kcount'] === undefined) return 0;
  const fees = provider === 'perplexity' ? PERPLEXITY_FEES.get(model) : undefined;
  const size = usage.searchContextSize ?? DEFAULT_SEARCH;
  return fees !== undefined && Object.hasOwn(fees, size) ? (fees[size] ?? 0) / 1_000 : null;
}
