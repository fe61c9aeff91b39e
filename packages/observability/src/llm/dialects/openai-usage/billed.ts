import { field, fieldAt } from '../../fields.ts';

/** xAI counts what it billed in ticks of a dollar. */
const TICKS_PER_USD = 1e10;

/** What a usage says that the provider billed, in US dollars. A zero counts only if the provider says what it is the cost of. */
export function billedUsdIn(usage: object): number | undefined {
  const ticks = amountOf(field(usage, 'cost_in_usd_ticks'));
  if (ticks !== undefined) return ticks > 0 ? ticks / TICKS_PER_USD : undefined;
  const cost = field(usage, 'cost');
  if (typeof cost === 'object') {
    const isInUsd = (field(cost, 'currency') ?? 'USD') === 'USD'; // Perplexity
    return (isInUsd && amountOf(field(cost, 'total_cost'))) || undefined;
  }
  const charged = amountOf(cost);
  if (charged === undefined) return undefined;
  const isOwnKey = field(usage, 'is_byok'); // OpenRouter: with a key of its own, the caller pays the provider too
  if (isOwnKey === false) return charged;
  if (isOwnKey !== true || charged === 0) return charged || undefined; // with its own key, 0 is a rounded guess
  const upstream = amountOf(fieldAt(usage, 'cost_details', 'upstream_inference_cost'));
  return upstream === undefined ? undefined : charged + upstream;
}

function amountOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
