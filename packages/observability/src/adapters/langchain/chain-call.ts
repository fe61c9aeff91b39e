import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';
import type { BaseMessage } from '@langchain/core/messages';
import type { ExecutionRecord } from 'tta-dev-primitives/internal';
import { type CarriedCall, carriedCall } from '../carried-call.ts';
import type { Target } from './chat-model.ts';
import type { PlainMessage } from './plain-message.ts';

/** What of a model answers. */
export type ChainMethod = 'generate' | 'stream' | 'events' | 'embed_query' | 'embed_documents';

/** A call of a model as a workflow sees it. */
export interface ChainRequest {
  /** The model; of a routed model all of them, separated by `|`. */
  readonly model: string;
  /** Who serves it, as OpenTelemetry names providers. */
  readonly provider: string | undefined;
  readonly method: ChainMethod;
  /** A digest of the account that the model calls with: accounts do not share stored answers. */
  readonly apiKey: string;
  /** The conversation, for a chat model. */
  readonly messages?: readonly PlainMessage[];
  /** What LangChain sends beside the messages, under the names of the model's provider. */
  readonly invocationParams?: Readonly<Record<string, unknown>>;
  /** The texts, for a model of embeddings. */
  readonly values?: readonly string[];
  readonly [field: string]: unknown;
}

/** A `ChatResult`, a stream of `ChatGenerationChunk` or of events, or vectors. */
export type ChainAnswer = object;

/** What stands beside the request of a chat model: what the models are asked with, and what becomes of the call. */
export interface ChainCall {
  readonly messages: BaseMessage[];
  /** The models that may answer, by the names of their routes; the first one is asked if nothing decides otherwise. */
  readonly targets: Readonly<Record<string, Target>>;
  readonly runManager: CallbackManagerForLLMRun | undefined;
  /** What was stated beneath the call. */
  record?: ExecutionRecord;
}

/** The call in the context of its workflow. */
export const carried: CarriedCall<ChainCall> = carriedCall('langchain');
