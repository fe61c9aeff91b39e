import { refusal } from 'tta-dev-primitives/internal';
import type { FetchOptions } from '../fetch/fetch-options.ts';
import { type ObservedHandler, observedHandler } from './observed-handler.ts';
import type { RequestHandler } from './signed-request.ts';

/** The options of the other adapters that need no other address: a request is signed for one model and one server. */
export type BedrockOptions = Pick<
  FetchOptions,
  'timeout' | 'cache' | 'limit' | 'retry' | 'workflow' | 'tenantId' | 'prices' | 'operation' | 'unreadMs'
>;

/** What is used of a client of AWS. */
interface ClientInternals {
  readonly config?: { requestHandler?: RequestHandler; retryStrategy?: () => Promise<object> };
}

const NO_ROUTES = ['routes', 'strategy', 'defaultRoute', 'baseline', 'fallback', 'includeUsage', 'fetch'] as const;

/** What clients had before they were observed: to observe one again takes the place of the first time. */
const replaced = new WeakMap<RequestHandler, RequestHandler>();

/**
 * Puts a workflow around the calls of an Amazon Bedrock client (`@aws-sdk/client-bedrock-runtime` 3): time limits, a
 * cache, limits, retries, and the facts for metrics and reports. Converse, ConverseStream, InvokeModel and
 * InvokeModelWithResponseStream are covered; other commands pass untouched. Requests are signed before the adapter sees
 * them, so there are no routes.
 *
 * @returns the same client, changed in place, because it cannot be copied. Observing it again replaces the workflow
 * @throws TypeError if it is not an AWS client; TypeError or RangeError that names an option that is wrong
 * @example
 * ```ts
 * const bedrock = observe(new BedrockRuntimeClient(), { timeout: { timeoutMs: 30_000 }, cache: {} });
 * await bedrock.send(new ConverseCommand({ modelId: 'amazon.nova-lite-v1:0', messages }));
 * ```
 */
export function observe<C extends { send(...values: never[]): unknown }>(client: C, options: BedrockOptions = {}): C {
  const config = (client as ClientInternals | undefined)?.config;
  const present = config?.requestHandler;
  if (config === undefined || typeof present?.handle !== 'function') {
    throw new TypeError(refusal('observe', 'client', client, 'a BedrockRuntimeClient'));
  }
  const [wrong] = NO_ROUTES.filter((name) => (options as FetchOptions)[name] !== undefined);
  if (wrong !== undefined) throw new TypeError(`observe: ${wrong} has no effect on Bedrock, whose requests are signed`);
  const own = replaced.get(present) ?? present;
  const handler: ObservedHandler = observedHandler(own, options);
  replaced.set(handler, own);
  config.requestHandler = handler;
  if (handler.isFinal) config.retryStrategy = oneAttempt;
  return client;
}

/** A strategy of the client that makes no attempts of its own, or they would multiply with those of the workflow. */
const ONE_ATTEMPT = {
  mode: 'standard',
  acquireInitialRetryToken: async () => ({ getRetryCount: () => 0, getRetryDelay: () => 0 }),
  refreshRetryTokenForRetry: async () => {
    throw new Error('the workflow has already tried again');
  },
  recordSuccess: () => {},
};

async function oneAttempt(): Promise<object> {
  return ONE_ATTEMPT;
}
