import type OpenAI from 'openai';
import type { WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import type { TokenPrice } from 'tta-observability-integration/llm';
import type { ChatAnswer } from './answer.ts';
import type { ChatRequest } from './request.ts';
import type { CostOf } from './spend-report.ts';

/** How it is decided which model answers: the step at the heart of the workflow, and what there is to tell of it. */
export interface Answering {
  readonly step: WorkflowPrimitive<ChatRequest, ChatAnswer>;
  /** What became of the calls of each model so far, from the cheapest to the strongest. */
  routes(): Readonly<Record<string, RouteCounts>>;
  /** What all calls for the answer to a prompt cost, in US dollars; undefined where one call is all that an answer takes. */
  callsUsd(prompt: string): number | undefined;
  /** How it was decided so far, in sentences for the reader of the report. */
  describe(): string;
}

/** What became of the calls of a model. */
export interface RouteCounts {
  readonly requests: number;
  readonly errors: number;
  /** What its answers cost, in US dollars, as far as that is known from what came back. */
  readonly costUsd: number;
  /** Half of its complete answers took no longer, streams to their end; null before the first. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

/** A model that may answer; without a price its cost is looked up in the bundled price list. */
export interface RoutedModel {
  readonly name: string;
  readonly price?: TokenPrice | undefined;
}

/** What an {@link Answering} is made of. */
export interface AnsweringOptions {
  readonly client: OpenAI;
  /** From the cheapest to the strongest; the name of a model is the name of its route. */
  readonly models: readonly RoutedModel[];
  readonly costOf: CostOf;
  /** What will be asked, for strategies that must know what is usual. */
  readonly prompts: Iterable<string>;
}

/** Asks a model, and stops when the context says so. */
export function callModel(client: OpenAI, model: string) {
  return (request: ChatRequest, { signal }: WorkflowContext): Promise<ChatAnswer> =>
    client.chat.completions.create({ ...request, model }, { signal });
}

/** What the metrics call the demo's work. */
export const OPERATION = 'chat';
