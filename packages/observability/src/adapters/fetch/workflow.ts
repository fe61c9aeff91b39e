import {
  asPrimitive,
  RetryPrimitive,
  step,
  type WorkflowContext,
  type WorkflowPrimitive,
  when,
} from 'tta-dev-primitives';
import { modelCall } from '../../llm/call/model-call.ts';
import { CachePrimitive, RouterPrimitive, type TimeoutOptions, TimeoutPrimitive } from '../../primitives/index.ts';
import { callIn, type FetchRequest } from './fetch-call.ts';
import { type FetchRoute, OWNER, type ReadFetchOptions } from './fetch-options.ts';
import { sender } from './send.ts';
import { checkTarget, type FetchTarget } from './target.ts';
import { WholeAnswer } from './whole-answer.ts';

export type FetchWorkflow = WorkflowPrimitive<FetchRequest, Response>;

/** Puts the primitives around the call, as far as their options are set: timeout(cache(router(retry(call)))). */
export function workflowOf<Name extends string>(options: ReadFetchOptions<Name>): FetchWorkflow {
  const { operation, prices, cache, timeout, workflow } = options;
  if (workflow !== undefined) return asPrimitive(workflow(attempt(options)));
  let built = routed(options);
  if (cache !== undefined) built = new CachePrimitive(built, { operation, prices, answers: 'bytes', ...cache });
  if (timeout !== undefined) built = new TimeoutPrimitive(built, { operation, ...withStreamLimits(timeout) });
  return built;
}

/** One attempt at a model. */
function attempt<Name extends string>(
  { fetch = globalFetch, includeUsage, prices, operation }: ReadFetchOptions<Name>,
  target?: FetchTarget,
): FetchWorkflow {
  const send = step(operation, sender({ fetch, includeUsage, target }));
  return new WholeAnswer(modelCall(send, { prices, operation: (_, context) => operationIn(context) }));
}

/** Looked up for each call, because programs and their tests replace it. */
const globalFetch: typeof fetch = (input, init) => fetch(input, init);

function operationIn(context: WorkflowContext) {
  return callIn(context).endpoint.operation;
}

function retried<Name extends string>(options: ReadFetchOptions<Name>, target?: FetchTarget): FetchWorkflow {
  const call = attempt(options, target);
  return options.retry === undefined ? call : new RetryPrimitive(call, options.retry);
}

/** Embeddings of another model are of no use to who compares them with older ones, so only requests for texts are routed. */
function routed<Name extends string>(options: ReadFetchOptions<Name>): FetchWorkflow {
  const { routes, strategy, defaultRoute, baseline, fallback, prices, operation } = options;
  if (routes === undefined) return retried(options);
  const names = Object.keys(routes) as Name[];
  const first = names[0] as Name; // there is one
  const inits = Object.fromEntries(names.map((name) => [name, routeInit(name, routes[name], options)]));
  const router = new RouterPrimitive<FetchRequest, Response, Name>(
    inits as Record<Name, ReturnType<typeof routeInit>>,
    {
      strategy: strategy ?? (() => first),
      defaultRoute: defaultRoute ?? first,
      baseline,
      fallback,
      prices,
      operation,
    },
  );
  return when((_, context) => operationIn(context) === 'embeddings', retried(options), router);
}

function routeInit<Name extends string>(name: Name, route: FetchRoute, options: ReadFetchOptions<Name>) {
  const { baseURL, apiKey, headers, ...priced } = route;
  const target = checkTarget(OWNER, `routes[${JSON.stringify(name)}]`, {
    model: route.model,
    baseURL,
    apiKey,
    headers,
  });
  const isAsCalled = Object.values(target).every((value) => value === undefined);
  return { ...priced, step: retried(options, isAsCalled ? undefined : target) };
}

/** An answer whose headers have come may still stall. */
function withStreamLimits(timeout: TimeoutOptions<FetchRequest, Response>): TimeoutOptions<FetchRequest, Response> {
  const { timeoutMs, stream } = timeout;
  const isBound = stream === undefined && typeof timeoutMs === 'number' && timeoutMs > 0 && timeoutMs !== Infinity;
  return isBound ? { ...timeout, stream: { idleMs: timeoutMs } } : timeout;
}
