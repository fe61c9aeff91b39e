import { CachePrimitive, type CacheStore, TimeoutPrimitive } from 'tta-observability-integration/primitives';
import type { Limits } from '../workload/workload.ts';
import { answeringByAgreement } from './agreement.ts';
import type { ChatAnswer } from './answer.ts';
import { type Answering, type AnsweringOptions, OPERATION } from './answering.ts';
import { answeringByDemand } from './demand.ts';
import { answeringByLearned } from './learned.ts';
import { type ChatRequest, promptIn } from './request.ts';
import type { ReadyStrategy } from './strategy.ts';

export interface ChatWorkflowOptions extends AnsweringOptions {
  readonly strategy: ReadyStrategy;
  readonly store: CacheStore;
  readonly limits: Limits;
}

/** The workflow of the demo and its parts, each with its statistics. */
export interface ChatWorkflow {
  readonly answering: Answering;
  readonly cache: CachePrimitive<ChatRequest, ChatAnswer>;
  readonly timeout: TimeoutPrimitive<ChatRequest, ChatAnswer>;
}

/** Longer than any run, and short enough to leave no litter in a shared store. */
const TTL_MS = 10 * 60_000;

/** Answers a chat request in bounded time, from the cache if it can, else from the models that the strategy asks. */
export function chatWorkflow({ strategy, store, limits, ...options }: ChatWorkflowOptions): ChatWorkflow {
  const { timeoutMs, graceMs, idleMs } = limits;
  const answering = answeringBy(strategy, options);
  const cache = new CachePrimitive<ChatRequest, ChatAnswer>(answering.step, {
    operation: OPERATION,
    store,
    ttlMs: TTL_MS,
    cost: ({ input, model, usage }) =>
      answering.callsUsd(promptIn(input)) ??
      (model === undefined || usage === undefined ? null : options.costOf(model, usage)),
  });
  const timeout = new TimeoutPrimitive<ChatRequest, ChatAnswer>(cache, {
    operation: OPERATION,
    timeoutMs,
    graceMs,
    softAction: 'notify', // an answer that comes within the grace period is paid for, so it is used
    stream: { firstChunkMs: timeoutMs, idleMs },
  });
  return { answering, cache, timeout };
}

function answeringBy(strategy: ReadyStrategy, options: AnsweringOptions): Answering {
  if (strategy.name === 'learned') return answeringByLearned(options, strategy.weights);
  return strategy.name === 'agreement' ? answeringByAgreement(options) : answeringByDemand(options);
}
