import { RetryPrimitive, step, type WorkflowContext, type WorkflowPrimitive, when } from 'tta-dev-primitives';
import { asPrimitive } from 'tta-dev-primitives/internal';
import type { LlmOperation } from '../../llm/call/facts.ts';
import { modelCall } from '../../llm/call/model-call.ts';
import { providerAt } from '../../llm/dialects/hosts.ts';
import {
  CachePrimitive,
  LimitPrimitive,
  type PricedRoute,
  RouterPrimitive,
  TimeoutPrimitive,
} from '../../primitives/index.ts';
import { withStreamLimits } from '../stream-limits.ts';
import { carried, type FetchRequest } from './fetch-call.ts';
import type { FetchRoute, ReadFetchOptions } from './fetch-options.ts';
import { sender } from './send.ts';
import { WholeAnswer } from './whole-answer.ts';

export type FetchWorkflow = WorkflowPrimitive<FetchRequest, Response>;

/** Puts the primitives around the call, as far as their options are set: timeout(cache(limit(router(retry(call))))). */
export function workflowOf<Name extends string>(options: ReadFetchOptions<Name>): FetchWorkflow {
  const { operation, prices, cache, limit, timeout, workflow } = options;
  if (workflow !== undefined) return asPrimitive(workflow(attempt(options)));
  let built = routed(options);
  if (limit !== undefined) built = new LimitPrimitive(built, { operation, prices, ...limit });
  if (cache !== undefined) built = new CachePrimitive(built, { operation, prices, answers: 'bytes', ...cache });
  if (timeout !== undefined) built = new TimeoutPrimitive(built, { operation, ...withStreamLimits(timeout) });
  return built;
}

/** One attempt at a model: where the caller has sent it, or at a route. */
function attempt<Name extends string>(options: ReadFetchOptions<Name>, route: FetchRoute = {}): FetchWorkflow {
  const { fetch = globalFetch, includeUsage, prices, operation } = options;
  const { model, baseURL, apiKey, headers, price, provider = providerAt(baseURL) } = route;
  const isAsCalled = [model, baseURL, apiKey, headers].every((value) => value === undefined);
  const target = isAsCalled ? undefined : { model, baseURL, apiKey, headers };
  const send = step(operation, sender({ fetch, includeUsage, target }));
  const settings = { model, provider, price, prices, baseURL };
  return new WholeAnswer(modelCall(send, { ...settings, operation: (_, context) => operationIn(context) }));
}

/** Looked up for each call, because programs and their tests replace it. */
const globalFetch: typeof fetch = (input, init) => fetch(input, init);

function operationIn(context: WorkflowContext): LlmOperation {
  return carried.callIn(context).endpoint.operation;
}

/**
 * Whether only the model that was asked for will do: vectors of different models cannot be compared, and a model for texts draws nothing.
 */
function needsItsModel(context: WorkflowContext): boolean {
  const { operation, isForImages } = carried.callIn(context).endpoint;
  return operation === 'embeddings' || isForImages === true;
}

function retried<Name extends string>(options: ReadFetchOptions<Name>, route?: FetchRoute): FetchWorkflow {
  const call = attempt(options, route);
  return options.retry === undefined ? call : new RetryPrimitive(call, options.retry);
}

/** Only requests for texts are routed. */
function routed<Name extends string>(options: ReadFetchOptions<Name>): FetchWorkflow {
  const { routes, strategy, defaultRoute, baseline, fallback, prices, operation } = options;
  if (routes === undefined) return retried(options);
  const names = Object.keys(routes) as Name[];
  const first = names[0] as Name; // there is one
  const inits = names.map((name) => [name, { step: retried(options, routes[name]), limits: routes[name].limits }]);
  const router = new RouterPrimitive<FetchRequest, Response, Name>(
    Object.fromEntries(inits) as Record<Name, PricedRoute<FetchRequest, Response>>, // it has the names of the routes
    { strategy: strategy ?? (() => first), defaultRoute: defaultRoute ?? first, baseline, fallback, prices, operation },
  );
  return when((_, context) => needsItsModel(context), retried(options), router);
}
