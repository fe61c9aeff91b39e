import type { Step, WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import { type OptionRules, refusal } from 'tta-dev-primitives/internal';
import type { CostEstimate } from '../../llm/estimate/cost-estimate.ts';
import { EstimatePrices } from '../../llm/estimate/estimate-prices.ts';
import type { PricedModel } from '../../llm/money/model-price.ts';
import type { PriceSource } from '../../llm/money/price-source.ts';
import type { TokenPrice } from '../../llm/money/token-price.ts';
import type { Usage } from '../../llm/money/usage.ts';
import type { Prompt } from '../../llm/prompt/prompt.ts';
import {
  calledPrimitive,
  isStep,
  PRICED_STEP_RULES,
  type PricedPrimitive,
  type PricedStep,
  pricedPrimitive,
} from '../priced-step.ts';
import type { CooldownSettings } from './health/cooldown.ts';
import { healthOption, RouteHealth } from './health/route-health.ts';
import { RouteState } from './live/route-state.ts';
import { limitsOption, type RouteLimits } from './route-limits.ts';

const OWNER = 'RouterPrimitive';

/** A route, with what is needed to price its answers. */
export interface PricedRoute<I, O> extends PricedStep<I, O> {
  /** What the route can do; enforced by `byRules`. @defaultValue everything */
  readonly limits?: RouteLimits | undefined;
  /**
   * The health of the deployment behind the route, shared by all routes that use it: `routeHealth()`. @defaultValue its
   * own
   */
  readonly health?: RouteHealth | undefined;
}

/** A route: any step, alone or with what is needed to price its answers. */
export type RouteInit<I, O> = Step<I, O> | PricedRoute<I, O>;

/** What a strategy may know about a route before it decides. */
export interface RouteCandidate extends PricedModel {
  readonly limits: RouteLimits;
  /** Its requests that have not ended, streams included. */
  readonly inFlight: number;
  /** When it was taken last, as the number of that attempt among all of the router's; 0 before the first. */
  readonly lastTaken: number;
  /**
   * The time to the start of an answer, in milliseconds: the percentile over the newest 128 answers of the last five minutes (for
   * streams, the time to the first chunk), or longer if too many requests have waited longer. Null without answers.
   *
   * @param isStreamed - selects requests that ask for a stream, or all others. @defaultValue all together
   */
  latencyMs(percent: number, context: WorkflowContext, isStreamed?: boolean): number | null;
  /**
   * How long requests waited there before they were given up, in milliseconds: the longest of the last five minutes, when no answer has
   * begun in them; else null. Of the same requests as `latencyMs`.
   */
  unansweredMs(context: WorkflowContext, isStreamed?: boolean): number | null;
  /** The tokens of the request and of its answer there, estimated from what its answers have used so far. */
  tokens(prompt: Prompt): Pick<CostEstimate, 'inputTokens' | 'outputTokens'>;
  /** What the request would come to there: its tokens, and their price; estimated as above. */
  estimate(prompt: Prompt, context: WorkflowContext): CostEstimate;
  /** What tokens cost there, in US dollars, to two digits and rounded up; null when their price is not known. */
  costUsd(usage: Usage, context: WorkflowContext): number | null;
}

/** What the routes of one router share. */
export interface RouteSettings {
  readonly prices: PriceSource | undefined;
  readonly cooldown: CooldownSettings | undefined;
  /** The routes that are replaced: those with the same name keep what is known of them. */
  readonly before?: ReadonlyMap<string, { readonly state: RouteState }> | undefined;
}

/** A route, ready to be taken. */
export class Route<I, O> implements RouteCandidate {
  readonly name: string;
  readonly model: string | undefined;
  readonly provider: string | undefined;
  readonly price: TokenPrice | undefined;
  readonly limits: RouteLimits;
  readonly step: WorkflowPrimitive<I, O>;
  readonly state: RouteState;
  readonly #estimates: EstimatePrices;

  constructor(
    priced: PricedPrimitive<I, O>,
    { limits = {}, health }: Pick<PricedRoute<I, O>, 'limits' | 'health'>,
    { prices, cooldown, before }: RouteSettings,
  ) {
    this.name = priced.name;
    this.model = priced.model;
    this.provider = priced.provider;
    this.price = priced.price;
    this.limits = limits;
    this.step = calledPrimitive(priced, prices);
    const known = before?.get(this.name)?.state;
    this.state = new RouteState(this.step, health ?? known?.health ?? new RouteHealth(cooldown), known);
    this.#estimates = new EstimatePrices(this, prices);
  }

  get inFlight(): number {
    return this.state.inFlight;
  }

  get lastTaken(): number {
    return this.state.lastTaken;
  }

  latencyMs(percent: number, { clock }: WorkflowContext, isStreamed?: boolean): number | null {
    return this.state.latencies.percentileMs(percent, clock.now(), isStreamed);
  }

  unansweredMs({ clock }: WorkflowContext, isStreamed?: boolean): number | null {
    return this.state.latencies.of(isStreamed).unansweredMs(clock.now());
  }

  tokens(prompt: Prompt): Pick<CostEstimate, 'inputTokens' | 'outputTokens'> {
    return this.state.tokens.estimate(prompt);
  }

  estimate(prompt: Prompt, context: WorkflowContext): CostEstimate {
    const usage = this.state.tokens.estimate(prompt);
    const { inputTokens, outputTokens } = usage;
    return { inputTokens, outputTokens, costUsd: this.costUsd(usage, context) };
  }

  costUsd(usage: Usage, context: WorkflowContext): number | null {
    return this.#estimates.costUsd(usage, this.model ?? this.state.answeredAs, context);
  }
}

/** Routes by name. A map, because `routes['toString']` would find what every object inherits. */
export type Routes<I, O> = ReadonlyMap<string, Route<I, O>>;

/** Makes the routes ready. @throws TypeError or RangeError that names the route and what is wrong with it */
export function routesOf<I, O>(
  inits: Readonly<Record<string, RouteInit<I, O>>>,
  settings: RouteSettings,
): Routes<I, O> {
  if (typeof inits !== 'object' || inits === null) {
    throw new TypeError(refusal(OWNER, 'routes', inits, 'an object of steps by name'));
  }
  const routes = new Map(Object.entries(inits).map(([name, init]) => [name, routeOf(name, init, settings)]));
  if (routes.size === 0) throw new RangeError(`${OWNER}: routes must hold at least one route, but it is empty`);
  return routes;
}

/** The route that an option names. @throws TypeError or RangeError that names the option and the routes there are */
export function namedRoute<I, O>(routes: Routes<I, O>, option: string, name: unknown): Route<I, O> {
  const allowed = `one of the routes (${[...routes.keys()].join(', ')})`;
  if (typeof name !== 'string') throw new TypeError(refusal(OWNER, option, name, allowed));
  const route = routes.get(name);
  if (route === undefined) throw new RangeError(refusal(OWNER, option, name, allowed));
  return route;
}

const ROUTE_RULES: OptionRules<PricedRoute<never, unknown>> = {
  ...PRICED_STEP_RULES,
  limits: limitsOption,
  health: healthOption,
};

function routeOf<I, O>(name: string, init: RouteInit<I, O>, settings: RouteSettings): Route<I, O> {
  const option = `routes[${JSON.stringify(name)}]`;
  const priced = pricedPrimitive(OWNER, option, name, init, ROUTE_RULES);
  return new Route(priced, isStep(init) ? {} : (init as PricedRoute<I, O>), settings);
}
