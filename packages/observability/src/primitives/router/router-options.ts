import {
  anyOption,
  functionOption,
  nameOption,
  numberOption,
  type OptionRules,
  option,
  readOptions,
} from 'tta-dev-primitives/internal';
import { type PriceSource, priceSourceOption } from '../../llm/money/price-source.ts';
import { NO_PROMPT, type Prompt, promptOf } from '../../llm/prompt/prompt.ts';
import type { Pricing } from './answer-price.ts';
import type { Decider } from './decide.ts';
import { type CooldownOptions, cooldownSettingsOf } from './health/cooldown.ts';
import { type FallbackOption, type FallbackSettings, fallbackOf } from './health/fallback.ts';
import { report } from './report.ts';
import { namedRoute, type RouteInit, type Routes, routesOf } from './routes.ts';
import { type AnyStrategy, strategyOf } from './strategy.ts';

export interface RouterOptions<I, Name extends string = string> {
  /** Picks the route: a function that names it, or a strategy. */
  readonly strategy: AnyStrategy<I, NoInfer<Name>>;
  /** The route to use when the strategy fails, is too slow, has no opinion, or names an unknown route. */
  readonly defaultRoute: NoInfer<Name>;
  /**
   * The route that would answer everything without a router. Savings are measured against it. If it has neither a
   * `price` nor a `model`, it is priced as the model that the request names. @defaultValue none, and no saving is
   * reported
   */
  readonly baseline?: NoInfer<Name> | undefined;
  /**
   * Whether another route replaces a failing one: `true`, the names of the routes to try in order, or a
   * {@link FallbackPolicy}.
   * @defaultValue false: the caller gets the error of the route, as in the original
   */
  readonly fallback?: FallbackOption<NoInfer<Name>> | undefined;
  /**
   * When strategies and fallbacks skip a failing route. If a strategy names the route anyway, it is used, unless there
   * is a fallback. @defaultValue 10 s after three failures in a row, or half of the newest 20; `false` for never
   */
  readonly cooldown?: CooldownOptions | false | undefined;
  /** Reads the prompt of an input. @defaultValue promptOf, which knows the requests of the usual SDKs */
  readonly promptOf?: ((input: I) => Prompt) | undefined;
  /**
   * Where prices come from, for routes without a price of their own. A model call further inside a step takes its prices from its own options.
   *
   * @defaultValue bundledPrices
   */
  readonly prices?: PriceSource | undefined;
  /** Names the router in spans and statistics. @defaultValue 'router' */
  readonly operation?: string | undefined;
  /** How long an asynchronous strategy may take, in milliseconds; never longer than the work's deadline. @defaultValue 10_000 */
  readonly decisionTimeoutMs?: number | undefined;
  /**
   * Called with the error of a strategy or of `promptOf`. Without it, only the reason `routing_error_fallback` shows
   * that a strategy failed.
   */
  readonly onStrategyError?: ((error: unknown) => void) | undefined;
}

/** Options, checked and with their defaults. */
export interface RouterSettings<I, O> {
  readonly operation: string;
  readonly decider: Decider<I, O>;
  readonly pricing: Pricing;
  readonly fallback: FallbackSettings<I, O> | undefined;
  readonly promptOf: (input: I) => Prompt;
}

const OWNER = 'RouterPrimitive';

const RULES = {
  strategy: anyOption, // `strategyOf` checks it
  defaultRoute: anyOption, // these name routes, or rule over them
  baseline: anyOption,
  fallback: anyOption,
  cooldown: option<CooldownOptions | false>(() => {}, {}),
  promptOf: functionOption(promptOf),
  prices: priceSourceOption,
  operation: nameOption,
  decisionTimeoutMs: numberOption({ atLeast: 0, allowInfinity: true }, 10_000),
  onStrategyError: functionOption(),
} satisfies OptionRules<RouterOptions<never>>;

/**
 * @param before - the routes that are replaced
 * @throws TypeError or RangeError that names the option, or the route and what is wrong with it
 */
export function routerSettingsOf<I, O, Name extends string>(
  inits: Readonly<Record<Name, RouteInit<I, O>>>,
  options: RouterOptions<I, Name>,
  before?: Routes<I, O>,
): RouterSettings<I, O> {
  const read = readOptions(OWNER, options, RULES);
  const { baseline, prices, operation = 'router', decisionTimeoutMs, onStrategyError, cooldown, fallback } = read;
  const routes = routesOf(inits, {
    prices,
    cooldown: cooldown === false ? undefined : cooldownSettingsOf(OWNER, cooldown),
    before,
  });
  const strategy = strategyOf(options.strategy);
  for (const name of strategy.routes ?? []) namedRoute(routes, 'each route that strategy names', name);
  const defaultRoute = namedRoute(routes, 'defaultRoute', options.defaultRoute);
  const compared = baseline === undefined ? undefined : namedRoute(routes, 'baseline', baseline);
  const all = [...routes.values()];
  return {
    operation,
    decider: { routes, all, strategy, defaultRoute, baseline: compared, decisionTimeoutMs, onStrategyError },
    pricing: { prices, baseline: compared },
    fallback: fallbackOf(OWNER, routes, fallback),
    promptOf: safeReader(read.promptOf, onStrategyError),
  };
}

/** An input that cannot be read is routed all the same. */
function safeReader<I>(
  read: (input: I) => Prompt,
  onError: ((error: unknown) => void) | undefined,
): (input: I) => Prompt {
  return (input) => {
    try {
      return read(input);
    } catch (error) {
      report(onError, error);
      return NO_PROMPT;
    }
  };
}
