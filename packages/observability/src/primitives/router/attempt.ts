import {
  type Failure,
  type FailureKind,
  failureOf,
  followOutput,
  isOngoing,
  type NoteFact,
  type OutputEnd,
  type WorkflowContext,
} from 'tta-dev-primitives';
import { type Account, accountOf, setAccount } from '../../llm/account.ts';
import type { Prompt } from '../../llm/prompt/prompt.ts';
import { StreamUsage } from '../../llm/stream-usage.ts';
import { modelOf, usageOf } from '../../llm/usage.ts';
import { type AnswerUsage, noteAnswer, type Pricing, priceAnswer } from './answer-price.ts';
import { routerErrorTypeOf } from './error-type.ts';
import type { RouterErrorType } from './facts.ts';
import type { RoutePlace } from './live/route-place.ts';
import type { RouterStatistics } from './router-statistics.ts';
import type { Route } from './routes.ts';

/** One execution of a router, as each of its attempts sees it. */
export interface RoutedRequest<I> {
  readonly input: I;
  readonly context: WorkflowContext;
  readonly note: NoteFact;
  readonly prompt: Prompt;
  readonly pricing: Pricing;
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
  readonly #startedAt: number;
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
    this.#startedAt = request.context.clock.now();
  }

  /** @returns the output; a stream is followed to its end @throws the error of the route, untouched */
  async run(): Promise<O> {
    const { input, context, statistics } = this.#request;
    const { state, step, name } = this.#route;
    state.lastTaken = statistics.attempted(name);
    try {
      const output = await step.execute(input, context);
      if (isOngoing(output)) return this.#followed(output);
      this.#begin();
      this.#answered({ usage: usageOf(output), model: modelOf(output), account: takeAccount(output) });
      return output;
    } catch (error) {
      this.#failed(error);
      throw error;
    }
  }

  /** The class of the error that it failed with; undefined when its caller gave it up. */
  errorTypeOf(error: unknown): RouterErrorType | undefined {
    const { context } = this.#request;
    const errorType = routerErrorTypeOf(context.isAborted ? context.signal.reason : error);
    return context.isAborted && errorType !== 'timeout' ? undefined : errorType;
  }

  #followed(stream: O): O {
    const told = new StreamUsage();
    let account: Account | undefined;
    return followOutput(stream, {
      onChunk: (chunk) => {
        this.#begin();
        told.add(chunk);
        account = takeAccount(chunk) ?? account;
      },
      onEnd: (end) => this.#streamEnded(end, { usage: told.usage, model: told.model, account }),
    });
  }

  #streamEnded(end: OutputEnd, answer: AnswerUsage): void {
    const { context } = this.#request;
    // Some SDKs end a stream that was aborted as if it were complete: without a usage it is not.
    const isWhole = end.kind === 'complete' && !(context.isAborted && answer.usage === undefined);
    if (isWhole) {
      this.#answered(answer);
      return;
    }
    const error = end.kind === 'failed' ? end.error : context.signal.reason;
    if (end.kind === 'failed' || context.isAborted) this.#notAnswered(error);
    // A stream that failed or was left before its first chunk has given nothing that could have cost anything.
    this.#end(this.#hasBegun ? this.#priced({ ...answer, usage: undefined, model: undefined }) : 0);
  }

  #begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const now = this.#request.context.clock.now();
    this.#route.state.latencies.add(now - this.#startedAt, now);
  }

  #answered(answer: AnswerUsage): void {
    const { context, statistics, prompt } = this.#request;
    const { state, name } = this.#route;
    const now = context.clock.now();
    state.cooldown?.succeeded(now);
    if (answer.account !== 'unpaid' && answer.usage !== undefined) state.tokens.learn(prompt, answer.usage);
    state.answeredAs = answer.model ?? state.answeredAs;
    statistics.answered(name, now - this.#startedAt);
    this.#end(this.#priced(answer));
  }

  #priced(answer: AnswerUsage): number | null {
    const { pricing, context, note, statistics } = this.#request;
    const entry = priceAnswer(pricing, this.#route, answer, context);
    statistics.priced(this.#route.name, entry, answer.account === 'unpaid' ? 0 : this.#estimatedUsd);
    noteAnswer(note, this.#route, answer, entry);
    return entry.costUsd;
  }

  /** It failed before it gave anything, so nothing is owed for it. */
  #failed(error: unknown): void {
    this.#notAnswered(error);
    this.#end(0);
  }

  /** Who left, or ran out of time, before the answer began has learned that the route takes at least as long. */
  #notAnswered(error: unknown): void {
    const { context } = this.#request;
    if (!this.#hasBegun && (context.isAborted || this.errorTypeOf(error) === 'timeout')) {
      const now = context.clock.now();
      this.#route.state.latencies.addUnanswered(now - this.#startedAt, now);
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
    const failure = failureOf(error, context.clock.epochMs());
    if (errorType !== 'timeout' && !isTroubleOfRoute(failure)) return;
    state.cooldown?.failed(context.clock.now(), failure?.retryAfterMs);
  }

  #end(costUsd: number | null): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#place.leave();
    this.#onEnd(costUsd);
  }
}

/** Kinds that another attempt would not mend, nor the next request. */
const LASTING: ReadonlySet<FailureKind> = new Set(['quota', 'billing', 'authentication', 'permission', 'server_error']);

/** A request that is wrong is wrong everywhere, and a circuit or bulkhead that refuses protects its route already. */
function isTroubleOfRoute(failure: Failure | undefined): boolean {
  return failure !== undefined && (failure.retryable || LASTING.has(failure.kind));
}

/** How the money of an answer stands, from now on for everybody further out: whatever it costs, this router states it. */
function takeAccount(answer: unknown): Account | undefined {
  const account = accountOf(answer);
  if (account === undefined) setAccount(answer, 'stated');
  return account;
}
