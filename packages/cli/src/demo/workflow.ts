import type OpenAI from 'openai';
import type { ChatCompletionCreateParamsBase } from 'openai/resources/chat/completions';
import type { WorkflowContext } from 'tta-dev-primitives';
import type { TokenPrice } from 'tta-observability-integration/llm';
import {
  CachePrimitive,
  type CacheStore,
  RouterPrimitive,
  TimeoutPrimitive,
} from 'tta-observability-integration/primitives';
import type { Limits } from '../workload/workload.ts';
import type { CostOf } from './account.ts';
import type { ChatAnswer } from './answer.ts';
import { routeByDemand } from './routing.ts';

/** A request for a chat completion; which model answers it is for the router to say. */
export type ChatRequest = Omit<ChatCompletionCreateParamsBase, 'model'>;

/** A model that is routed to; without a price its cost is looked up in the bundled price list. */
export interface RoutedModel {
  readonly name: string;
  readonly price?: TokenPrice | undefined;
}

export interface ChatWorkflowOptions {
  readonly client: OpenAI;
  /** From the cheapest to the strongest; the name of a model is the name of its route. */
  readonly models: readonly RoutedModel[];
  readonly store: CacheStore;
  readonly limits: Limits;
  readonly costOf: CostOf;
  /** What will be asked, for the routing function to know what is usual. */
  readonly prompts: Iterable<string>;
}

/** The workflow of the demo and its parts, each with its statistics. */
export interface ChatWorkflow {
  readonly router: RouterPrimitive<ChatRequest, ChatAnswer>;
  readonly cache: CachePrimitive<ChatRequest, ChatAnswer>;
  readonly timeout: TimeoutPrimitive<ChatRequest, ChatAnswer>;
}

/** Longer than any run, and short enough to leave no litter in a shared store. */
const TTL_MS = 10 * 60_000;

/** What the metrics call this workflow. */
const OPERATION = 'chat';

/** Answers a chat request in bounded time, from the cache if it can, else from the model that the request calls for. */
export function chatWorkflow({ client, models, store, limits, costOf, prompts }: ChatWorkflowOptions): ChatWorkflow {
  const { timeoutMs, graceMs, idleMs } = limits;
  const names = models.map(({ name }) => name);
  const routes = models.map(
    ({ name, price }) => [name, { step: callModel(client, name), model: name, price }] as const,
  );
  const strongest = names.at(-1) as string;
  const router = new RouterPrimitive<ChatRequest, ChatAnswer>(Object.fromEntries(routes), {
    strategy: routeByDemand(names, prompts),
    defaultRoute: strongest,
    baseline: strongest,
  });
  const cache = new CachePrimitive<ChatRequest, ChatAnswer>(router, {
    operation: OPERATION,
    store,
    ttlMs: TTL_MS,
    cost: ({ model, usage }) => (model === undefined || usage === undefined ? null : costOf(model, usage)),
  });
  const timeout = new TimeoutPrimitive<ChatRequest, ChatAnswer>(cache, {
    operation: OPERATION,
    timeoutMs,
    graceMs,
    softAction: 'notify', // an answer that comes within the grace period is paid for, so it is used
    stream: { firstChunkMs: timeoutMs, idleMs },
  });
  return { router, cache, timeout };
}

function callModel(client: OpenAI, model: string) {
  return (request: ChatRequest, { signal }: WorkflowContext): Promise<ChatAnswer> =>
    client.chat.completions.create({ ...request, model }, { signal });
}

/** A prompt as a request; a stream is asked to say its usage at the end, because that is what it is billed by. */
export function chatRequest(prompt: string, isStreamed: boolean): ChatRequest {
  const messages: ChatRequest['messages'] = [{ role: 'user', content: prompt }];
  return isStreamed ? { messages, stream: true, stream_options: { include_usage: true } } : { messages };
}
