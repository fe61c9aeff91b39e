import { followOutput, type RunningStep, type Step, type WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import { deriveController, endingWith, requestOf, untilAborted } from 'tta-dev-primitives/internal';
import { keyOfOperation } from '../../limits/bounded-key.ts';
import { LimitError } from '../../limits/limit-error.ts';
import type { LimitReservation, LimitVerdict } from '../../limits/limit-store.ts';
import { usesOf } from '../../limits/uses-of.ts';
import { type Spending, spendingBeneath } from '../../llm/call/beneath.ts';
import { type Expectation, expectationOf, learn, usedBeneath } from './expectation.ts';
import { type LimitOptions, type LimitSettings, limitSettingsOf } from './limit-options.ts';
import { LimitCounts, type LimitStats } from './limit-stats.ts';

/** One execution that asks to be let through. */
interface LimitedExecution<I> {
  readonly input: I;
  readonly context: WorkflowContext;
  readonly step: RunningStep;
  readonly key: string;
  readonly expectation: Expectation;
}

/**
 * Limits requests per minute, tokens per minute, concurrent requests and money for each tenant, user, model or any
 * other key.
 *
 * An execution reserves what it may use before the step is called, and is settled with what it used when its output has
 * really ended: whole answers, streams, failures and cancellations alike. Answers of a cache inside the step use no
 * tokens and cost nothing. An execution with unknown use, such as a stream whose reader left, counts with what was
 * expected.
 *
 * No limit is exceeded if requests use no more than expected. Output is bounded for requests that state a maximum of
 * output tokens. For other requests, the expected output is that of the newest answers to the same key. Input is
 * estimated from the length of the prompt. A limit can be exceeded by the error of an estimate; `estimate` can return
 * exact numbers.
 *
 * Put it outside retries, routers and circuit breakers to limit what a tenant asks for, and inside a cache if cached
 * answers should not count as requests. With `tokensPerMinute` or `budget`, a step that makes no model call is wrapped
 * in one (see `modelCall`).
 *
 * @throws LimitError at once when a limit is reached; the step is not called
 * @example
 * ```ts
 * const limited = new LimitPrimitive(ask, {
 *   key: 'tenant',
 *   requestsPerMinute: 60,
 *   tokensPerMinute: 100_000,
 *   budget: { limitUsd: 20, windowMs: 86_400_000 },
 * });
 * await limited.execute(request, new WorkflowContext({ tenantId: 'acme' }));
 * ```
 */
export class LimitPrimitive<I, O> extends WorkflowPrimitive<I, O> {
  override readonly kind = 'limit';
  protected override readonly endsWithContext = true;
  readonly #settings: LimitSettings<I, O>;
  readonly #counts = new LimitCounts();

  /** @throws TypeError or RangeError that names the option, the value and what is allowed */
  constructor(step: Step<I, O>, options: LimitOptions<I>) {
    const settings = limitSettingsOf(step, options);
    super(`limit(${settings.step.name})`);
    this.#settings = settings;
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return [this.#settings.step];
  }

  /** What was counted since this primitive was made. */
  getStats(): LimitStats {
    return this.#counts.snapshot(this.#settings.operation);
  }

  override toString(): string {
    const { operation, total, refused, running } = this.getStats();
    return `LimitPrimitive(${operation}: ${refused}/${total} refused, ${running} running)`;
  }

  /** Closes the store if the primitive made it; a store that was given is closed by its owner. May be called more than once. */
  async close(): Promise<void> {
    if (this.#settings.isStoreOwned) await this.#settings.store.close();
  }

  protected run(input: I, context: WorkflowContext, step: RunningStep): O | Promise<O> {
    const { operation, limits, store, keyOf } = this.#settings;
    step.note('limit.operation', operation);
    const key = keyOf(input, context);
    const expectation = expectationOf(this.#settings, key, input, context);
    const execution = { input, context, step, key, expectation };
    const verdict = store.reserve({
      key: keyOfOperation(operation, key),
      limits,
      expected: expectation.expected,
      clock: context.clock,
    });
    return 'isAllowed' in verdict ? this.#decided(verdict, execution) : this.#later(verdict, execution);
  }

  protected override refused(_context: WorkflowContext, { note }: RunningStep): void {
    note('limit.operation', this.#settings.operation);
    this.#cancelled(note);
  }

  /** A request whose caller leaves meanwhile was never made. */
  async #later(deciding: Promise<LimitVerdict>, execution: LimitedExecution<I>): Promise<O> {
    let verdict: LimitVerdict;
    try {
      verdict = await untilAborted(execution.context, deciding);
    } catch (error) {
      deciding.then(releaseVerdict, () => {});
      if (execution.context.isAborted) this.#cancelled(execution.step.note);
      throw error;
    }
    return this.#decided(verdict, execution);
  }

  #decided(verdict: LimitVerdict, execution: LimitedExecution<I>): O | Promise<O> {
    const { note } = execution.step;
    if (verdict.isLocal) note('limit.local', true);
    if (!verdict.isAllowed) {
      const { operation, limits } = this.#settings;
      this.#counts.refused(verdict.limit, verdict.isLocal);
      note('limit.refusedBy', verdict.limit);
      note('limit.outcome', 'refused');
      this.#state(execution, undefined);
      throw new LimitError({ operation, limits, ...verdict });
    }
    this.#counts.allowed(verdict.isLocal);
    note('limit.outcome', 'allowed');
    note('limit.running', 1);
    if (this.#settings.estimates !== undefined) note('limit.expectedTokens', execution.expectation.expected.tokens);
    return endingWith(execution.context.abortSource, this.#work(verdict, execution)) as Promise<O>;
  }

  /** Counts until the work has really ended, even if its caller left earlier. */
  async #work(reservation: LimitReservation, execution: LimitedExecution<I>): Promise<O> {
    const { input, context, step, expectation } = execution;
    const controller = context.isAbortable ? deriveController(context, { awaitsWork: true }) : undefined;
    const own = controller && context.child(this.name, { abortSource: controller.abortSource });
    const { estimates, step: part } = this.#settings;
    const call = estimates === undefined ? undefined : step.call(part, input, own ?? context);
    const onEnd = (): void => {
      controller?.release();
      this.#ended(reservation, expectation, call && spendingBeneath(call.record), step);
      this.#state(execution, reservation);
    };
    try {
      return followOutput(await (call?.output ?? part.execute(input, own ?? context)), { onEnd });
    } catch (error) {
      onEnd();
      throw error;
    }
  }

  #ended(
    reservation: LimitReservation,
    expectation: Expectation,
    spending: Spending | undefined,
    { note }: RunningStep,
  ): void {
    const { used, isUnpriced } = usedBeneath(spending, expectation);
    reservation.settle(used);
    this.#counts.ended(used, isUnpriced);
    note('limit.running', -1);
    if (spending === undefined) return;
    learn(expectation, spending);
    note('limit.tokens', used.tokens);
    note('limit.costUsd', used.costUsd);
    if (isUnpriced) note('limit.unpriced', true);
  }

  #state({ context, key, step }: LimitedExecution<I>, reservation: LimitReservation | undefined): void {
    if (requestOf(context) === undefined) return;
    step.note('limit.state', { key, uses: reservation?.used?.() ?? usesOf(this.#settings.limits) });
  }

  #cancelled(note: RunningStep['note']): void {
    this.#counts.cancelled();
    note('limit.outcome', 'cancelled');
  }
}

function releaseVerdict(verdict: LimitVerdict): void {
  if (verdict.isAllowed) verdict.release();
}
