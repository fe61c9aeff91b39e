import { priceOf } from 'tta-observability-integration/llm';
import type { RouteInfo } from '../wire/index.ts';
import { MAX_NAMES } from './capped-map.ts';
import { PaidPrice } from './paid-price.ts';
import type { SeenCall, SeenRequest } from './seen-request.ts';

/** Every route that was seen, in the order in which they were first seen. */
export class RouteRegistry {
  readonly #routes = new Map<string, RouteInfo>();
  /** The baseline of each router that has one. */
  readonly #baselines = new Map<string, string>();
  /** Of routes whose model is in no list. */
  readonly #paid = new Map<string, PaidPrice>();

  get all(): readonly RouteInfo[] {
    return [...this.#routes.values()];
  }

  learn({ calls, decision, money }: SeenRequest): void {
    for (const call of calls) this.#learnCall(call);
    if (decision !== undefined) this.#learnName(decision.route);
    if (money.baseline === undefined) return;
    this.#learnBaseline(money.baseline);
    if (decision !== undefined && this.#baselines.size < MAX_NAMES)
      this.#baselines.set(decision.router, money.baseline);
  }

  /** The route that savings of a router are measured against. */
  baselineOf(router: string): string | undefined {
    return this.#baselines.get(router);
  }

  /** The route whose model this is; undefined if no route has it, or several do. */
  ofModel(model: string): string | undefined {
    let found: string | undefined;
    for (const route of this.#routes.values()) {
      if (route.model !== model) continue;
      if (found !== undefined) return undefined;
      found = route.name;
    }
    return found;
  }

  #learnCall(call: SeenCall): void {
    const { route, isRouted, model, provider } = call;
    const known = this.#routes.get(route);
    if (known === undefined && this.#routes.size >= MAX_NAMES) return;
    if (known !== undefined && (model === null || known.model === model)) {
      if (known.price === null && model !== null) this.#learnPrice(known, call);
      return;
    }
    const price = model === null ? null : listPriceOf(model, provider);
    const kind = isRouted ? 'route' : 'model';
    const info = { name: route, kind, model, provider, price, isBaseline: known?.isBaseline ?? false } as const;
    this.#routes.set(route, info);
    if (price === null && model !== null) this.#learnPrice(info, call);
  }

  #learnPrice(known: RouteInfo, call: SeenCall): void {
    const paid = this.#paid.get(known.name) ?? new PaidPrice();
    const price = paid.learn(call);
    if (price === null) this.#paid.set(known.name, paid);
    else this.#routes.set(known.name, { ...known, price });
  }

  #learnName(name: string): void {
    if (this.#routes.has(name) || this.#routes.size >= MAX_NAMES) return;
    this.#routes.set(name, { name, kind: 'route', model: null, provider: null, price: null, isBaseline: false });
  }

  #learnBaseline(name: string): void {
    this.#learnName(name);
    const known = this.#routes.get(name);
    if (known !== undefined && !known.isBaseline) this.#routes.set(name, { ...known, isBaseline: true });
  }
}

/** The tokens of a price query: few enough for the price of a short prompt. */
const ASKED = 1_000;
const MILLION = 1_000_000;

/** What a million tokens cost at the list price; null if the list does not know the model. */
function listPriceOf(model: string, provider: string | null): RouteInfo['price'] {
  const options = { provider: provider ?? undefined };
  const inUsd = priceOf({ inputTokens: ASKED, outputTokens: 0 }, model, options)?.totalUsd;
  const outUsd = priceOf({ inputTokens: 0, outputTokens: ASKED }, model, options)?.totalUsd;
  if (inUsd === undefined || outUsd === undefined) return null;
  return { inUsd: (inUsd * MILLION) / ASKED, outUsd: (outUsd * MILLION) / ASKED };
}
