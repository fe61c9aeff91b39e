import type { FailureKind } from 'tta-dev-primitives';
import type { RequestParameters } from '../dialects/request-parameters.ts';
import type { Usage } from '../money/usage.ts';
import type { ServerAddress } from './server-address.ts';
import type { StatedContent } from './stated-content.ts';
import type { StreamHealth } from './stream-health.ts';

/** What a model is asked to do, in OpenTelemetry's words. */
export type LlmOperation = 'chat' | 'embeddings' | 'text_completion' | 'generate_content';

/**
 * How one model call ended.
 *
 * - `answered`: the model gave its whole answer
 * - `failed`: it gave an error, stated one in its answer, or its stream ended without a finish
 * - `cancelled`: the caller cancelled the call or its stream
 * - `refused`: something inside the call refused it (an open circuit, a full bulkhead), so no model was asked
 * - `reused`: a cache inside the call answered, so no model was asked
 * - `delegated`: another model call inside this one states everything
 */
export type LlmOutcome = 'answered' | 'failed' | 'cancelled' | 'refused' | 'reused' | 'delegated';

/** Whether a model was asked. */
export function isCall(outcome: LlmOutcome): outcome is 'answered' | 'failed' | 'cancelled' {
  return outcome !== 'refused' && outcome !== 'reused' && outcome !== 'delegated';
}

/** One call of a model, as a report lists it. */
export interface ReportedCall {
  readonly operation: LlmOperation;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  /** The model that answered, as the provider names it. */
  readonly responseModel: string | undefined;
  readonly outcome: LlmOutcome;
  /** What kept the model from answering. */
  readonly failure: FailureKind | undefined;
  readonly usage: Usage | undefined;
  /** In US dollars; null if unknown. */
  readonly costUsd: number | null;
  readonly firstChunkMs: number | undefined;
  readonly startedMs: number;
  readonly durationMs: number;
}

declare module 'tta-dev-primitives' {
  interface Facts {
    /** Stated first. */
    'llm.operation': LlmOperation;
    /** Who serves the model, if the call or its request names it. */
    'llm.provider': string;
    /** The requested model; the model that answered if neither the call nor its request names one. */
    'llm.model': string;
    /** What the request asks of the model beside its prompt; not stated if its dialect is unknown. */
    'llm.parameters': RequestParameters;
    /** Where the request is sent, if the call or its request states it. */
    'llm.server': ServerAddress;
    /** Whether the request asks for a stream; not stated if it does not say. */
    'llm.isStream': boolean;
    /** Milliseconds until the first chunk of a stream. */
    'llm.firstChunkMs': number;
    /** How the stream went; stated only where a record of the request is kept. */
    'llm.stream': StreamHealth;
    /** When the first 400 chunks came, in milliseconds since the call began; stated with `llm.stream`. */
    'llm.chunksAtMs': readonly number[];
    /** How long each of the first 1,000 chunks after the first one was waited for, in milliseconds. */
    'llm.chunkGapsMs': readonly number[];
    /** The model that answered, as the provider names it. */
    'llm.responseModel': string;
    /** The provider's id of the answer. */
    'llm.responseId': string;
    'llm.usage': Usage;
    /** What was asked and answered; stated only where an observer has asked to read it, and only readable while it is stated. */
    'llm.content': StatedContent;
    /** The tier at which the provider billed the call. */
    'llm.serviceTier': string;
    /** Why each choice of the answer ended, in the provider's words; `error` for a choice that a failure or its caller cut off. */
    'llm.finish': readonly string[];
    /** What the call cost, in US dollars; 0 for one that failed before it gave anything. */
    'llm.costUsd': number;
    /** What the tokens cost by the price list, in US dollars; stated if the provider states a bill. */
    'llm.listedUsd': number;
    /** The cost of the call is unknown: its usage or price is missing, its stream ended early, or its caller gave up. */
    'llm.unpriced': true;
    /** What kept the model from answering. */
    'llm.failure': FailureKind;
    /** Stated last, exactly once for each call. */
    'llm.outcome': LlmOutcome;
  }

  interface ReportSummary {
    /** Every call of a model, in the order in which they began. An answer from a cache is not a call. */
    attempts: readonly ReportedCall[];
    /** The tokens of all calls together; undefined if no call said what it used. */
    usage: Usage | undefined;
    /** What all calls cost, in US dollars; null if the cost of one is unknown. */
    costUsd: number | null;
  }
}
