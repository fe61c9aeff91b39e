import { field } from '../../fields.ts';

/** xAI counts what it billed in ticks of a dollar. */
const TICKS_PER_USD = 1e10;

/** What a usage says that the provider billed, in US dollars. A zero counts only if the provider says what it is the cost of. */
export function billedUsdIn(usage: object): number | undefined {
  const ticks = amountIn(usage, 'cost_in_usd_ticks');
  if (ticks !== undefined) return ticks > 0 ? ticks / TICKS_PER_USD : undefined;
  const cost = field(usage, 'cost');
  if (typeof cost === 'object') return isInUsd(cost) ? positive(amountIn(cost, 'total_cost')) : undefined; // Perplexity
  const charged = amountIn(usage, 'cost');
  if (charged === undefined) return undefined;
  const isOwnKey = field(usage, 'is_byok'); // OpenRouter: with a key of its own, the caller pays the provider too
  if (isOwnKey === false) return charged;
  if (isOwnKey !== true) return positive(charged);
  if (charged === 0) return undefined; // what the provider took is then a rounded guess, less exact than its list
  const upstream = amountIn(field(usage, 'cost_details'), 'upstream_inference_cost');
  return upstream === undefined ? undefined : charged + upstream;
}

function amountIn(value: unknown, name: string): number | undefined {
  const amount = field(value, name);
  return typeof amount === 'number' && Number.isFinite(amount) && amount >= 0 ? amount : undefined;
}

function isInUsd(cost: unknown): boolean {
  return (field(cost, 'currency') ?? 'USD') === 'USD';
}

function positive(amount: number | undefined): number | undefined {
  return amount === undefined || amount === 0 ? undefined : amount;
}
