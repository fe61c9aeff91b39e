import { bulkheadTopic } from './bulkhead.ts';
import { cacheTopic } from './cache.ts';
import { cascadeTopic } from './cascade.ts';
import { circuitBreakerTopic } from './circuit-breaker.ts';
import { compensationTopic } from './compensation.ts';
import { composeTopic } from './compose.ts';
import { fallbackTopic } from './fallback.ts';
import { ledgerTopic } from './ledger.ts';
import { limitTopic } from './limit.ts';
import { llmTopic } from './llm.ts';
import { processTopic } from './process.ts';
import { retryTopic } from './retry.ts';
import { routerTopic } from './router.ts';
import { telemetryTopic } from './telemetry.ts';
import { timeoutTopic } from './timeout.ts';
import { workflowTopic } from './workflow.ts';

/** The topics of this package and of the core, one for each primitive. */
export interface BuiltInTopics {
  readonly bulkhead: typeof bulkheadTopic;
  readonly cache: typeof cacheTopic;
  readonly cascade: typeof cascadeTopic;
  readonly circuitBreaker: typeof circuitBreakerTopic;
  readonly compensation: typeof compensationTopic;
  readonly compose: typeof composeTopic;
  readonly fallback: typeof fallbackTopic;
  readonly ledger: typeof ledgerTopic;
  readonly limit: typeof limitTopic;
  readonly llm: typeof llmTopic;
  readonly process: typeof processTopic;
  readonly retry: typeof retryTopic;
  readonly router: typeof routerTopic;
  readonly telemetry: typeof telemetryTopic;
  readonly timeout: typeof timeoutTopic;
  readonly workflow: typeof workflowTopic;
}

export const BUILT_IN_TOPICS: BuiltInTopics = {
  bulkhead: bulkheadTopic,
  cache: cacheTopic,
  cascade: cascadeTopic,
  circuitBreaker: circuitBreakerTopic,
  compensation: compensationTopic,
  compose: composeTopic,
  fallback: fallbackTopic,
  ledger: ledgerTopic,
  limit: limitTopic,
  llm: llmTopic,
  process: processTopic,
  retry: retryTopic,
  router: routerTopic,
  telemetry: telemetryTopic,
  timeout: timeoutTopic,
  workflow: workflowTopic,
};
