import { type Cost, costOfParts } from './cost.ts';
import type { Usage } from './usage.ts';

/**
 * The cost of a call with a provider's bill. The bill is the total, because the provider knows its discounts, fees and upstream. The list
 * price, if known, divides the bill into parts. `otherUsd` is what the bill exceeds the list by; a bill below the list is divided in
 * proportion.
 *
 * A bill of 0 is ignored: gateways state 0 for calls with the user's own key.
 *
 * @returns the listed cost if there is no bill
 */
export function billedCost(
  usage: Usage,
  listed: Cost | null,
  model: string,
  provider: string | undefined,
): Cost | null {
  const { billedUsd } = usage;
  if (!isBill(billedUsd)) return listed;
  if (listed === null) return costOfParts({ inputUsd: 0, outputUsd: 0, otherUsd: billedUsd }, model, provider);
  const { inputUsd, outputUsd, toolsUsd = 0, otherUsd = 0, totalUsd } = listed;
  const share = Math.min(1, totalUsd === 0 ? 1 : billedUsd / totalUsd);
  const parts = { inputUsd: inputUsd * share, outputUsd: outputUsd * share, toolsUsd: toolsUsd * share };
  const rest = Math.max(0, billedUsd - totalUsd) + otherUsd * share;
  return { ...costOfParts({ ...parts, otherUsd: rest }, listed.model, listed.provider), totalUsd: billedUsd };
}

/** The cost with the provider's bill beside it, as far as it states one. */
export function besideBill(cost: Cost | null, { billedUsd }: Usage): Cost | null {
  return cost === null || billedUsd === undefined ? cost : { ...cost, billedUsd };
}

function isBill(billedUsd: number | undefined): billedUsd is number {
  return billedUsd !== undefined && Number.isFinite(billedUsd) && billedUsd > 0;
}
