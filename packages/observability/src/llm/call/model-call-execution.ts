import { isDeepStrictEqual } from 'node:util';
import { type FailureKind, failureOf, followOutput, type NoteFact, type WorkflowContext } from 'tta-dev-primitives';
import {
  type ExecutionRecord,
  isContentRead,
  isOngoing,
  type OutputEnd,
  requestOf,
  safely,
} from 'tta-dev-primitives/internal';
import { assembleAnswer } from '../assembly.ts';
import { readContent } from '../content/read-content.ts';
import type { StatedFailure } from '../dialects/answer-reading.ts';
import type { Dialect, RequestDialect } from '../dialects/dialect.ts';
import { dialectOfRequest } from '../dialects/registry.ts';
import type { RequestParameters } from '../dialects/request-parameters.ts';
import { field } from '../fields.ts';
import { costOfUsage, type PricedModel } from '../money/model-price.ts';
import type { PriceSource } from '../money/price-source.ts';
import { withoutBill } from '../money/usage.ts';
import { type AnswerFacts, factsReader, NO_FACTS, readFacts } from './answer-facts.ts';
import { type Spending, spendingBeneath } from './beneath.ts';
import type { LlmOperation, LlmOutcome } from './facts.ts';
import { FailedAnswerError, IncompleteStreamError } from './failed-answer-error.ts';
import { failedResponse } from './failed-response.ts';
import { type HttpAnswer, httpAnswerOf, isFailedStatus } from './http-answer.ts';
import { type ServerAddress, serverAt } from './server-address.ts';
import { StatedContent } from './stated-content.ts';
import { ChunkGaps, ChunkTimes } from './stream-health.ts';
import { shareReading } from './stream-readings.ts';

/** How one call is counted and priced. */
export interface CallSettings {
  readonly priced: PricedModel;
  readonly prices: PriceSource | undefined;
  /** Where the call goes, if it does not go where its request says. */
  readonly server: ServerAddress | undefined;
  /** What the model is asked to do, if the request is not to say. */
  readonly operation: LlmOperation | undefined;
}

/** A longer stream is captured with its texts alone. */
const MAX_SEEN_CHUNKS = 10_000;

/** One execution of a model call: states what is known of it when it begins, and the rest when its answer has really ended. */
export class ModelCallExecution<I, O> {
  readonly #settings: CallSettings;
  readonly #context: WorkflowContext;
  readonly #note: NoteFact;
  readonly #startedAt: number;
  readonly #dialect: Dialect | undefined;
  readonly #provider: string | undefined;
  readonly #model: string | undefined;
  /** The request, while it is still needed. */
  #request: unknown;

  constructor(settings: CallSettings, input: I, context: WorkflowContext, note: NoteFact) {
    const { priced } = settings;
    const dialect = dialectOfRequest(input);
    const request = dialect?.request;
    this.#settings = settings;
    this.#context = context;
    this.#note = note;
    this.#startedAt = context.clock.now();
    if (isContentRead()) this.#request = input;
    this.#dialect = dialect;
    note('llm.operation', settings.operation ?? safely(() => request?.operation?.(input as object)) ?? 'chat');
    // The request of a dialect is an object.
    this.#provider = priced.provider ?? safely(() => request?.provider?.(input as object));
    this.#model = priced.model ?? safely(() => request?.model(input as object));
    if (this.#provider !== undefined) note('llm.provider', this.#provider);
    if (this.#model !== undefined) note('llm.model', this.#model);
    const form = safely(() => request?.form(input as object)) ?? 'unknown';
    if (form !== 'unknown') note('llm.isStream', form !== 'whole');
    if (request !== undefined) note('llm.parameters', parametersOf(request, input as object));
    const server = settings.server ?? (request === undefined ? undefined : serverAt(field(input, 'url')));
    if (server !== undefined) note('llm.server', server);
  }

  /**
   * The answer, or its stream; settles the call when it has ended.
   *
   * @throws FailedAnswerError if the answer states an error, FailedResponseError if its status does
   */
  take(answer: O, record: ExecutionRecord): O | Promise<O> {
    const http = httpAnswerOf(answer);
    if (http !== undefined && isFailedStatus(http.status)) return this.#fail(answer, http, record);
    if (isOngoing(answer)) return this.#followed(answer, http, record);
    const facts = readFacts(answer, this.#dialect, http);
    this.#noteContent(http === undefined ? answer : undefined, facts);
    if (facts.failure === undefined) {
      this.#end('answered', facts, record);
      return answer;
    }
    const error = new FailedAnswerError(facts.failure, answer);
    this.#end('failed', facts, record, error);
    throw error;
  }

  /** A step that failed before it gave anything cost nothing. After an abort, only a status of the provider says that it did not answer. */
  failed(error: unknown, record: ExecutionRecord): void {
    const mayBeBilled = this.#context.isAborted && failureOf(error)?.status === undefined;
    this.#noteContent(undefined, NO_FACTS);
    this.#end('failed', NO_FACTS, record, error, mayBeBilled ? null : 0);
  }

  async #fail(answer: O, http: HttpAnswer, record: ExecutionRecord): Promise<never> {
    const error = await failedResponse(answer, http, this.#context.clock);
    this.failed(error, record);
    throw error;
  }

  #followed(stream: O & object, http: HttpAnswer | undefined, record: ExecutionRecord): O {
    const facts = factsReader(this.#dialect, http);
    const { clock } = this.#context;
    const times = requestOf(this.#context) === undefined ? undefined : new ChunkTimes(this.#startedAt);
    const gaps = new ChunkGaps();
    const seen: unknown[] | undefined = isContentRead() ? [] : undefined;
    let hasBegun = false;
    let unshare = (): void => {};
    const output = followOutput(stream, {
      isStrict: true,
      onChunk: (chunk) => {
        facts.add(chunk);
        if (seen !== undefined && seen.length < MAX_SEEN_CHUNKS) seen.push(chunk);
        const now = clock.now();
        times?.add(now);
        gaps.add(now);
        if (hasBegun) return;
        hasBegun = true;
        this.#begin();
        failWith(facts.read().failure, chunk);
      },
      onSourceEnd: () => {
        const { failure, isIncomplete } = facts.end();
        failWith(failure, undefined);
        // An SDK may end an aborted stream as if it were complete; its reader gets the reason of the abort elsewhere.
        if (isIncomplete && !this.#context.isAborted) throw new IncompleteStreamError();
      },
      isOver: () => {
        facts.end();
        return facts.isOver();
      },
      onEnd: (end) => {
        unshare();
        if (gaps.ms.length > 0) this.#note('llm.chunkGapsMs', gaps.ms);
        if (times !== undefined) this.#noteStream(times, end);
        const known = end.kind === 'complete' ? facts.end() : facts.read();
        this.#noteContent(seen && assembleAnswer(seen), known);
        this.#streamEnded(end, known, hasBegun, record);
      },
    });
    unshare = shareReading(output, facts.reading);
    return output;
  }

  #noteContent(answer: unknown, { reading }: AnswerFacts): void {
    if (!isContentRead()) return;
    const request = this.#request;
    const content = new StatedContent(() => readContent(request, answer, reading));
    this.#note('llm.content', content);
    content.release();
    this.#request = undefined;
  }

  #begin(): void {
    const { clock } = this.#context;
    this.#note('llm.firstChunkMs', clock.now() - this.#startedAt);
  }

  #noteStream(times: ChunkTimes, end: OutputEnd): void {
    const isLeft = end.kind === 'left' || this.#context.isAborted;
    const isCut = end.kind === 'failed' && end.error instanceof IncompleteStreamError;
    const failed = isCut ? 'incomplete' : end.kind === 'failed' ? 'failed' : 'complete';
    this.#note('llm.stream', times.health(isLeft ? 'left' : failed));
    this.#note('llm.chunksAtMs', times.atMs);
  }

  #streamEnded(end: OutputEnd, facts: AnswerFacts, hasBegun: boolean, record: ExecutionRecord): void {
    // Some SDKs end an aborted stream as if it were complete; without a usage it is not.
    const isWhole = end.kind === 'complete' && !(this.#context.isAborted && facts.usage === undefined);
    if (isWhole) {
      this.#end('answered', facts, record);
      return;
    }
    const error = end.kind === 'failed' ? end.error : undefined;
    // The tokens of a stream that ended early are too few; a stream that failed before it began cost nothing. Providers bill the prompt
    // of a stream whose reader left before the first chunk.
    const partial = { ...facts, usage: undefined };
    const isGivenUp = end.kind !== 'failed' || this.#context.isAborted;
    const costUsd = isGivenUp || hasBegun || error instanceof IncompleteStreamError ? null : 0;
    this.#end(isGivenUp ? 'cancelled' : 'failed', partial, record, error, costUsd);
  }

  /** @param costUsd - its cost, if that does not follow from the usage; null if unknown */
  #end(
    outcome: LlmOutcome,
    facts: AnswerFacts,
    record: ExecutionRecord,
    error?: unknown,
    costUsd: number | null = this.#costOf(facts),
  ): void {
    const note = this.#note;
    const spending = spendingBeneath(record);
    if (spending.calls > 0 || isReusedAnswer(facts, spending)) {
      note('llm.outcome', spending.calls > 0 ? 'delegated' : 'reused');
      return;
    }
    const failure = outcome === 'answered' ? undefined : this.#failureOf(error);
    if (failure !== undefined && (REFUSALS.has(failure) || isOfLimit(error))) {
      note('llm.failure', failure);
      note('llm.outcome', 'refused');
      return;
    }
    const { usage, model, id } = facts;
    const finishReasons = reasonsOf(facts, outcome);
    if (this.#model === undefined && model !== undefined) note('llm.model', model);
    if (model !== undefined) note('llm.responseModel', model);
    if (id !== undefined) note('llm.responseId', id);
    if (finishReasons.length > 0) note('llm.finish', finishReasons);
    if (usage !== undefined) note('llm.usage', usage);
    const listedUsd = usage?.billedUsd === undefined ? null : this.#costOf({ ...facts, usage: withoutBill(usage) });
    if (listedUsd !== null) note('llm.listedUsd', listedUsd);
    if (costUsd === null) note('llm.unpriced', true);
    else note('llm.costUsd', costUsd);
    if (failure !== undefined) note('llm.failure', failure);
    note('llm.outcome', this.#context.isAborted && outcome === 'failed' ? 'cancelled' : outcome);
  }

  /** An aborted call failed for the reason of the abort, even if its SDK throws another error. */
  #failureOf(error: unknown): FailureKind {
    const { isAborted, signal } = this.#context;
    if (isAborted) return failureOf(signal.reason)?.kind ?? 'aborted';
    return error === undefined ? 'aborted' : (failureOf(error)?.kind ?? 'unknown');
  }

  #costOf({ usage, model }: AnswerFacts): number | null {
    const { priced, prices } = this.#settings;
    const as = priced.provider === this.#provider ? priced : { ...priced, provider: this.#provider };
    return costOfUsage(as, usage, priced.model ?? model ?? this.#model, prices, this.#context.clock.epochMs());
  }
}

function parametersOf(request: RequestDialect, input: object): RequestParameters {
  const parameters = safely(() => request.parameters?.(input)) ?? {};
  return safely(() => request.asksForJson(input)) === true ? { ...parameters, outputType: 'json' } : parameters;
}

/** A choice without a finish was cut off, unless the answer as a whole has ended well. */
function reasonsOf({ finishReasons }: AnswerFacts, outcome: LlmOutcome): readonly string[] {
  if (outcome === 'answered') return finishReasons.filter((reason) => reason !== undefined);
  return finishReasons.map((reason) => reason ?? 'error');
}

/** A cache inside the call may have given something else, such as a search: then the tokens of the answer are not those of the cache. */
function isReusedAnswer({ usage }: AnswerFacts, { isReused, reusedUsages }: Spending): boolean {
  return isReused && (usage === undefined || reusedUsages.some((reused) => isDeepStrictEqual(reused, usage)));
}

function failWith(failure: StatedFailure | undefined, answer: unknown): void {
  if (failure !== undefined) throw new FailedAnswerError(failure, answer);
}

/** Whether a limit inside the call refused it; a provider that refuses for its own limit fails with the same kind. */
function isOfLimit(error: unknown): boolean {
  return field(error, 'code') === 'ERR_TTA_LIMIT';
}

/** Kinds of failures that refuse the call before the model is asked. */
const REFUSALS: ReadonlySet<FailureKind> = new Set(['circuit_open', 'bulkhead_full', 'budget_exceeded']);
