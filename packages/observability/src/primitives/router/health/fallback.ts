import { type FailureKind, failureOf } from 'tta-dev-primitives';
import {
  functionOption,
  numberOption,
  type OptionRules,
  option,
  readOptions,
  refusal,
} from 'tta-dev-primitives/internal';
import { namedRoute, type Route, type Routes } from '../routes.ts';

/** Which routes are tried when one fails, and when. */
export interface FallbackPolicy<Name extends string = string> {
  /** The routes to go on to, in this order. @defaultValue those that the strategy says would do as well, or all */
  readonly routes?: readonly Name[] | undefined;
  /** How many routes are tried for one request, the first included. @defaultValue all of them */
  readonly maxAttempts?: number | undefined;
  /**
   * Whether another route may mend a failure; the error of any other is thrown at once.
   * @defaultValue a failure that may pass, and one of this route only: its account has run dry, its circuit is open, its bulkhead is full
   */
  readonly when?: ((error: unknown) => boolean) | undefined;
}

/** `true` for every route, names in the order in which they are tried, or the whole policy. */
export type FallbackOption<Name extends string = string> = boolean | readonly Name[] | FallbackPolicy<Name>;

export interface FallbackSettings<I, O> {
  readonly routes: readonly Route<I, O>[] | undefined;
  readonly maxAttempts: number;
  readonly when: (error: unknown) => boolean;
}

const RULES = {
  routes: option((owner, name, value) => {
    if (!Array.isArray(value)) throw new TypeError(refusal(owner, name, value, 'names of routes'));
  }),
  maxAttempts: numberOption({ atLeast: 1, isInteger: true, allowInfinity: true }, Infinity),
  when: functionOption(mayBeMended),
} satisfies OptionRules<FallbackPolicy>;

/** The policy of a router; undefined when it has none. @throws TypeError or RangeError that names the option */
export function fallbackOf<I, O>(
  owner: string,
  all: Routes<I, O>,
  option: FallbackOption = false,
): FallbackSettings<I, O> | undefined {
  if (option === false) return undefined;
  const policy: FallbackPolicy = option === true ? {} : Array.isArray(option) ? { routes: option } : (option as object);
  if (typeof policy !== 'object' || policy === null) {
    throw new TypeError(refusal(owner, 'fallback', option, 'true, false, names of routes, or an object'));
  }
  const { routes, ...settings } = readOptions(owner, policy, RULES, 'fallback');
  return { ...settings, routes: routes?.map((name, index) => namedRoute(all, `fallback.routes[${index}]`, name)) };
}

/**
 * Where another attempt at the same route would fail again, while another route has an account, dependencies, a circuit and a bulkhead of
 * its own.
 */
const OF_THIS_ROUTE: ReadonlySet<FailureKind> = new Set([
  'quota',
  'billing',
  'server_error',
  'circuit_open',
  'bulkhead_full',
]);

function mayBeMended(error: unknown): boolean {
  const failure = failureOf(error);
  return failure !== undefined && (failure.retryable || OF_THIS_ROUTE.has(failure.kind));
}
