import { refusal, type Step, step, type WorkflowPrimitive } from 'tta-dev-primitives';
import { checkTokenPrice, type TokenPrice } from '../../llm/price-list.ts';

const OWNER = 'RouterPrimitive';

/** A way to answer, and what is needed to price its answers. */
export interface PricedRoute<I, O> {
  readonly step: Step<I, O>;
  /** As which model its answers are priced. @defaultValue the model that the answer names */
  readonly model?: string | undefined;
  /** Who serves the model, as OpenTelemetry or the price source names it: `openai`, `aws.bedrock`, `groq` ... */
  readonly provider?: string | undefined;
  /** What its tokens cost, instead of asking the price source. */
  readonly price?: TokenPrice | undefined;
}

/** A way to answer: any step, alone or with what is needed to price its answers. */
export type RouteInit<I, O> = Step<I, O> | PricedRoute<I, O>;

/** What a strategy may know about a route before it decides. */
export interface RouteCandidate {
  readonly name: string;
  readonly model: string | undefined;
  readonly provider: string | undefined;
  readonly price: TokenPrice | undefined;
}

/** A route, ready to be taken. */
export interface Route<I, O> extends RouteCandidate {
  readonly step: WorkflowPrimitive<I, O>;
}

/** Routes by name. A map, because `routes['toString']` would find what every object inherits. */
export type Routes<I, O> = ReadonlyMap<string, Route<I, O>>;

/** Makes the routes ready. @throws TypeError or RangeError that names the route and what is wrong with it */
export function routesOf<I, O>(inits: Readonly<Record<string, RouteInit<I, O>>>): Routes<I, O> {
  if (typeof inits !== 'object' || inits === null) {
    throw new TypeError(refusal(OWNER, 'routes', inits, 'an object of steps by name'));
  }
  const routes = new Map(Object.entries(inits).map(([name, init]) => [name, routeOf(name, init)]));
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

function routeOf<I, O>(name: string, init: RouteInit<I, O>): Route<I, O> {
  const option = `routes[${JSON.stringify(name)}]`;
  if (isStep(init)) {
    return { name, step: primitiveOf(name, init), model: undefined, provider: undefined, price: undefined };
  }
  if (typeof init !== 'object' || init === null || !isStep(init.step)) {
    const wrong = typeof init === 'object' && init !== null ? [`${option}.step`, init.step] : [option, init];
    throw new TypeError(refusal(OWNER, String(wrong[0]), wrong[1], 'a function or a primitive'));
  }
  const { model, provider, price } = init;
  checkName(`${option}.model`, model);
  checkName(`${option}.provider`, provider);
  if (price !== undefined) checkTokenPrice(OWNER, `${option}.price`, price);
  return { name, step: primitiveOf(name, init.step), model, provider, price };
}

function isStep<I, O>(init: unknown): init is Step<I, O> {
  if (typeof init === 'function') return true;
  return typeof init === 'object' && init !== null && 'execute' in init && typeof init.execute === 'function';
}

/** A plain function takes the name of its route, which says more in a span than the function's own. */
function primitiveOf<I, O>(name: string, work: Step<I, O>): WorkflowPrimitive<I, O> {
  return typeof work === 'function' ? step(name, work) : work;
}

function checkName(option: string, name: unknown): void {
  if (name === undefined) return;
  if (typeof name !== 'string' || name === '') throw new TypeError(refusal(OWNER, option, name, 'a name'));
}
