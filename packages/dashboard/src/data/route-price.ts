import { priceOf, type Usage } from 'tta-observability-integration/llm';
import type { RouteInfo } from '../wire/index.ts';

const MILLION = 1_000_000;

/** What tokens cost at the list price of a model, in US dollars; undefined when the list does not know it. */
export function listedUsd(
  { model, provider }: Pick<RouteInfo, 'model' | 'provider'>,
  usage: Usage,
): number | undefined {
  return model === null ? undefined : priceOf(usage, model, { provider: provider ?? undefined })?.totalUsd;
}

/** What tokens cost at the price that was found for a route: that of the list, or the one that was paid. Cached tokens cost as much as others. */
export function foundUsd({ price }: Pick<RouteInfo, 'price'>, usage: Usage): number | undefined {
  return price === null ? undefined : (usage.inputTokens * price.inUsd + usage.outputTokens * price.outUsd) / MILLION;
}
