import {
  EmptyStreamError,
  type Failure,
  type FailureKind,
  failureOf,
  followOutput,
  type NoteFact,
  type RunningStep,
  type WorkflowContext,
} from 'tta-dev-primitives';
import { type ExecutionRecord, flowOf, isOngoing, type OutputEnd, readChunk } from 'tta-dev-primitives/internal';
import { isLimitError } from '../../limits/limit-error.ts';
import { type Spending, spendingBeneath } from '../../llm/call/beneath.ts';
import { namedModel } from '../../llm/model-request.ts';
import { totalUsage } from '../../llm/money/usage.ts';
import type { Prompt } from '../../llm/prompt/prompt.ts';
import { lossOf, noteEntry, type Pricing, priceAnswer } from './answer-price.ts';
import { routerErrorTypeOf } from './error-type.ts';
import type { RouterErrorType } from './facts.ts';
import { asksForStream, type WaitingRequest } from './live/route-latencies.ts';
import type { RoutePlace } from './live/route-place.ts';
import type { RouterStatistics } from './router-statistics.ts';
import type { Route } from './routes.ts';

/** One execution of a router, as each of its attempts sees it. */
export interface RoutedRequest<I> {
  readonly input: I;
  readonly context: WorkflowContext;
  readonly note: NoteFact;
  readonly call: RunningStep['call'];
  readonly prompt: Prompt;
  readonly pricing: Pricing;
  /** How long a strategy may take to answer. */
  readonly decisionTimeoutMs: number;
  readonly statistics: RouterStatistics;
}

/**
 * One route, taken once: counted as in flight until its output has really ended, and then told to the statistics, the route's health
 * and what is known of its tokens. Every attempt ends exactly once.
 */
export class Attempt<I, O> {
  readonly #request: RoutedRequest<I>;
  readonly #route: Route<I, O>;
  readonly #estimatedUsd: number | null;
  readonly #onEnd: (costUsd: number | null) => void;
  readonly #asked: WaitingRequest;
  readonly #place: RoutePlace;
  #hasBegun = false;
  #hasEnded = false;

  /**
   * @param place - on the route; left when the attempt ends
   * @param estimatedUsd - what its answer was expected to cost; null when that is not known
   * @param onEnd - told what it cost once it has ended; null when that is not known
   */
  constructor(
    request: RoutedRequest<I>,
    route: Route<I, O>,
    place: RoutePlace,
    estimatedUsd: number | null,
    onEnd: (costUsd: number | null) => void,
  ) {
    this.#request = request;
    this.#route = route;
    this.#place = place;
    this.#estimatedUsd = estimatedUsd;
    this.#onEnd = onEnd;
    const startedAt = request.context.clock.now();
    this.#asked = { startedAt, isStreamed: asksForStream(request.input), before: undefined, after: undefined };
    route.state.latencies.asked(this.#asked);
  }

  /** @returns the output; a stream is followed to its end @throws the error of the route, untouched */
  async run(): Promise<O> {
    const { input, context, statistics, call } = this.#request;
    const { state, step, name } = this.#route;
    state.lastTaken = statistics.attempted(name);
    const { output: answer, record } = call(step, input, context);
    try {
      const output = await answer;
      if (isOngoing(output) && flowOf(output) !== undefined) return this.#followed(output, record);
      const now = context.clock.now();
      this.#begin(now);
      this.#answered(spendingBeneath(record), now);
      return output;
    } catch (error) {
      this.#notAnswered(error);
      this.#end(this.#unanswered(spendingBeneath(record)));
      throw error;
    }
  }

  /** The class of the error that it failed with; undefined when its caller gave it up. */
  errorTypeOf(error: unknown): RouterErrorType | undefined {
    const { context } = this.#request;
    const errorType = routerErrorTypeOf(context.isAborted ? context.signal.reason : error);
    return context.isAborted && errorType !== 'timeout' ? undefined : errorType;
  }

  #followed(stream: O, record: ExecutionRecord): O {
    return followOutput(stream, {
      onChunk: (chunk) => {
        const { clock } = this.#request.context;
        if (!this.#hasBegun) this.#begin(clock.now());
        const { cooldown } = this.#route.state;
        if (cooldown?.isOnProbation === true && readChunk(chunk).kind === 'answer') cooldown.proved(clock.now());
      },
      onEnd: (end) => this.#streamEnded(end, spendingBeneath(record)),
    });
  }

  #streamEnded(end: OutputEnd, spending: Spending): void {
    const { context } = this.#request;
    // Some SDKs end an aborted stream as if it were complete; without a usage it is not.
    const isTold = spending.usages.length > 0 || spending.reusedUsages.length > 0;
    const isWhole = end.kind === 'complete' && (isTold || !context.isAborted);
    if (isWhole && this.#hasBegun) {
      this.#answered(spending, context.clock.now());
      return;
    }
    const error = end.kind === 'failed' ? end.error : isWhole ? new EmptyStreamError() : context.signal.reason;
    if (end.kind === 'failed' || isWhole || context.isAborted) this.#notAnswered(error);
    this.#end(this.#unanswered(spending));
  }

  #begin(now: number): void {
    this.#hasBegun = true;
    this.#route.state.latencies.answered(this.#asked);
    this.#route.state.latencies.add(now - this.#asked.startedAt, now, this.#asked.isStreamed);
  }

  #answered(spending: Spending, now: number): void {
    const { input, context, statistics, prompt, pricing, note } = this.#request;
    const { state, name } = this.#route;
    const usage = totalUsage(spending.usages);
    const entry = priceAnswer(pricing, this.#route, spending, context, namedModel(input));
    if (state.cooldown?.succeeded(now) === true) note('router.health', { route: name, state: 'recovered' });
    if (usage !== undefined) state.tokens.learn(prompt, usage);
    state.answeredAs = spending.model ?? state.answeredAs;
    statistics.answered(name, now - this.#asked.startedAt);
    statistics.priced(name, entry, spending.calls === 0 ? 0 : this.#estimatedUsd);
    noteEntry(note, entry);
    this.#end(entry.costUsd);
  }

  /** The cost of an attempt without a whole answer, in US dollars, is a loss; null if unknown. */
  #unanswered({ costUsd }: Spending): number | null {
    if (costUsd === 0) return 0;
    const { pricing, statistics, note } = this.#request;
    const entry = lossOf(pricing, costUsd);
    statistics.priced(this.#route.name, entry, this.#estimatedUsd);
    noteEntry(note, entry);
    return costUsd;
  }

  /** A request that was cancelled before its answer began shows that the route takes at least that long. */
  #notAnswered(error: unknown): void {
    const { context } = this.#request;
    if (!this.#hasBegun && (context.isAborted || this.errorTypeOf(error) === 'timeout')) {
      const now = context.clock.now();
      this.#route.state.latencies.addUnanswered(now - this.#asked.startedAt, now, this.#asked.isStreamed);
    }
    this.#countError(error);
  }

  #countError(error: unknown): void {
    const errorType = this.errorTypeOf(error);
    if (errorType === undefined) return;
    const { statistics, note, context } = this.#request;
    const { state, name } = this.#route;
    statistics.failed(name);
    note('router.errorType', errorType);
    if (isLimitError(error)) return; // one tenant's limit says nothing about the route
    const failure = failureOf(error, context.clock.epochMs());
    const now = context.clock.now();
    if (errorType === 'timeout' || isTroubleOfRoute(failure)) {
      state.cooldown?.failed(now, failure?.retryAfterMs);
      this.#noteCooling(errorType, now);
    } else if (failure !== undefined && OF_THE_REQUEST.has(failure.kind)) state.cooldown?.proved(now);
  }

  /** States every failure after which the route cools down, with the newest end of that. */
  #noteCooling(because: RouterErrorType, now: number): void {
    const { note, context } = this.#request;
    const { state, name } = this.#route;
    const coolingMs = state.coolingMs(now);
    if (coolingMs === 0) return;
    note('router.health', { route: name, state: 'cooling', because, untilMs: context.clock.epochMs() + coolingMs });
  }

  #end(costUsd: number | null): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#route.state.latencies.answered(this.#asked);
    this.#place.leave();
    this.#onEnd(costUsd);
  }
}

/** Kinds that another attempt would not mend, nor the next request. */
const LASTING: ReadonlySet<FailureKind> = new Set(['quota', 'billing', 'authentication', 'permission', 'server_error']);

/** Kinds that only a provider that works can state. */
const OF_THE_REQUEST: ReadonlySet<FailureKind> = new Set([
  'invalid_request',
  'not_found',
  'too_large',
  'context_length',
  'content_filter',
]);

/** A request that is wrong is wrong everywhere, and a circuit or bulkhead that refuses protects its route already. */
function isTroubleOfRoute(failure: Failure | undefined): boolean {
  return failure !== undefined && (failure.retryable || LASTING.has(failure.kind));
}
