import type { Usage } from 'tta-observability-integration/llm';
import { foundUsd, listedUsd } from '../data/route-price.ts';
import type { RouteRegistry } from '../data/route-registry.ts';
import type { SeenCall, SeenRequest } from '../data/seen-request.ts';
import type { CostLine } from '../wire/index.ts';

/** What is paid for, by the kind of token; a call whose cost no known price explains is one line. */
export function costLinesOf({ calls }: SeenRequest, routes: RouteRegistry): CostLine[] {
  const isOnly = calls.length === 1;
  return calls.flatMap((call) => {
    const lines = kindsOf(call, routes) ?? [wholeOf(call)];
    return isOnly ? lines : lines.map((line) => ({ ...line, what: `${line.what}, ${nameOf(call)}` }));
  });
}

function nameOf({ model, route, failure }: SeenCall): string {
  return failure === undefined ? route : `${model ?? route}: ${failure.replaceAll('_', ' ')}`;
}

function wholeOf({ usage, costUsd }: SeenCall): CostLine {
  if (usage === undefined) return { what: 'call', usd: costUsd };
  return { what: 'tokens', tokens: usage.inputTokens + usage.outputTokens, usd: costUsd };
}

/** A price that explains what was paid does so to this share of it. */
const EXACT = 1e-6;

type Price = (usage: Usage) => number | undefined;

/** Undefined when neither the list nor the price that was paid so far explains the cost. */
function kindsOf(call: SeenCall, routes: RouteRegistry): CostLine[] | undefined {
  const { usage, costUsd } = call;
  if (usage === undefined || costUsd === null) return undefined;
  const route = routes.all.find(({ name }) => name === call.route);
  const prices: Price[] = [(tokens) => listedUsd(call, tokens), (tokens) => route && foundUsd(route, tokens)];
  const price = prices.find(
    (candidate) => Math.abs((candidate(tokensOf(usage)) ?? Number.NaN) - costUsd) <= EXACT * costUsd,
  );
  if (price === undefined) return undefined;
  const { inputTokens, outputTokens, cacheReadTokens = 0 } = usage;
  const outUsd = price({ inputTokens: 0, outputTokens }) ?? 0;
  const cached = { inputTokens: cacheReadTokens, outputTokens: 0, cacheReadTokens };
  const cachedUsd = cacheReadTokens === 0 ? 0 : (price(cached) ?? 0);
  const fresh = inputTokens - cacheReadTokens;
  return [
    { what: 'tokens in', tokens: fresh, usd: costUsd - cachedUsd - outUsd },
    ...(cacheReadTokens === 0 ? [] : [{ what: 'in, cached', tokens: cacheReadTokens, usd: cachedUsd }]),
    { what: 'tokens out', tokens: outputTokens, usd: outUsd },
  ];
}

/** Only kinds that are shown apart: what else a call used makes its cost no sum of them. */
function tokensOf({ inputTokens, outputTokens, cacheReadTokens }: Usage): Usage {
  return { inputTokens, outputTokens, ...(cacheReadTokens !== undefined && { cacheReadTokens }) };
}
