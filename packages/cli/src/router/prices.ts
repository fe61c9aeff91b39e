import type { GradedRow } from 'tta-observability-integration/learning';
import { priceOf, type TokenPrice } from 'tta-observability-integration/llm';
import { checkedPrices, readPriceFile } from '../prices/price-file.ts';
import { UsageError } from '../usage-error.ts';
import { isObject } from '../workload/records.ts';

/** What one model's answer to a row cost, in US dollars; `NaN` where the cost is not known. */
export type CostOf = (row: GradedRow, model: string) => number;

/**
 * A cost that was logged is taken as it is; else it follows from tokens and price: of a file of prices, or of the bundled list.
 *
 * @param path - JSON of `{ "model": { "inputPerMillionUsd": 1, "outputPerMillionUsd": 2 } }`, or `{ "model": { "perCallUsd": 1 } }`
 * @throws UsageError if the file cannot be read, or holds anything else
 */
export async function readCosts(path: string | undefined, signal?: AbortSignal): Promise<CostOf> {
  const prices = path === undefined ? {} : await readPriceFile(path, signal);
  const perCall = new Map<string, number>();
  const perToken: Record<string, TokenPrice> = {};
  for (const [model, price] of Object.entries(prices)) {
    const flat = isObject(price) ? price['perCallUsd'] : undefined;
    if (flat === undefined)
      perToken[model] = price as TokenPrice; // checked by priceList
    else if (typeof flat === 'number' && flat >= 0 && flat < Infinity) perCall.set(model, flat);
    else throw new UsageError(`${path}: perCallUsd of ${model} must be a number, 0 or more`);
  }
  const listed = checkedPrices(perToken, path);
  return (row, model) => {
    const answer = row.answers[model];
    if (answer === undefined) return Number.NaN;
    if (answer.costUsd !== undefined) return answer.costUsd;
    const flat = perCall.get(model);
    if (flat !== undefined) return flat;
    const { inputTokens } = row;
    const { outputTokens } = answer;
    if (inputTokens === undefined || outputTokens === undefined) return Number.NaN;
    const usage = { inputTokens, outputTokens };
    return (listed.price(usage, model, {}) ?? priceOf(usage, model))?.totalUsd ?? Number.NaN;
  };
}
