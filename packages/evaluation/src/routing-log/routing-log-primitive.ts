import {
  type NoteFact,
  type RunningStep,
  type Step,
  type WorkflowContext,
  WorkflowPrimitive,
} from 'tta-dev-primitives';
import {
  asOnlyWork,
  checkNumber,
  followWhole,
  isOngoing,
  safely,
  systemClock,
  withinTime,
} from 'tta-dev-primitives/internal';
import { answerText, costOfUsage, modelOf, paidBeneath, usageOf } from 'tta-observability-integration/llm';
import { registerTopic } from 'tta-observability-integration/telemetry';
import type { RoutingLogOutcome } from './facts.ts';
import { HeldRows } from './held-rows.ts';
import { LineQueue } from './line-queue.ts';
import { type RoutingLogOptions, type RoutingLogSettings, routingLogSettingsOf } from './routing-log-options.ts';
import { type LoggedAnswer, qualityIn, rowOf } from './row.ts';
import { routingLogTopic } from './topic.ts';

/** What became of rows so far. */
export interface RoutingLogStats {
  readonly operation: string;
  /** Executions, and calls of `record`. */
  readonly total: number;
  /** With those still waiting they add up to `total`. */
  readonly outcomes: Readonly<Record<RoutingLogOutcome, number>>;
  /** Rows with a quality, written or not. */
  readonly graded: number;
  /** Rows that wait for a grade. */
  readonly held: number;
  /** Rows that wait for the sink. */
  readonly queued: number;
  /** Whether rows are being lost at present. */
  readonly isLosing: boolean;
}

/** What is known about an execution besides its input and output. */
interface Logged {
  readonly latencyMs: number;
  /** What the answer cost, in US dollars; undefined if no model call or cache inside the step states it. */
  readonly paidUsd: number | undefined;
  readonly context: WorkflowContext;
  readonly note: NoteFact;
}

type OnEnd = (outcome: RoutingLogOutcome) => void;

/** An answer whose tokens are priced by what it says of itself. */
const AS_IT_SAYS = { name: '', model: undefined, provider: undefined, price: undefined };

/**
 * Logs what a step is asked and which model answered, as JSON lines that `tta router` trains on and measures with. The prompt itself is
 * not in it unless `includePrompt` says so: its words are hashed, without their order, and its features are numbers.
 *
 * A row has the model, tokens, cost in US dollars, latency in milliseconds, and a quality if `grade` gives one, or `grade(id, quality)`
 * in time. Everything happens after the caller has its answer. What a slow or a full disk does not take is dropped and counted, so
 * a log never costs a caller anything but a row.
 *
 * @throws TypeError or RangeError that names the option, if an option is not what it should be
 * @example
 * ```ts
 * const logged = new RoutingLogPrimitive(router, {
 *   sink: fileSink({ path: 'routing.jsonl' }),
 *   models: ['gpt-4o-mini', 'gpt-4o'],
 *   gradeWithinMs: 600_000,
 * });
 * await logged.execute(request, context);
 * logged.grade(context.correlationId, 1); // the user was content
 * await logged.close(); // before the process ends
 * ```
 */
export class RoutingLogPrimitive<I, O> extends WorkflowPrimitive<I, O> {
  override readonly kind = 'routing_log';
  readonly #step: WorkflowPrimitive<I, O>;
  readonly #settings: RoutingLogSettings<I>;
  readonly #queue: LineQueue;
  readonly #held: HeldRows;
  readonly #working = new Set<Promise<void>>();
  readonly #outcomes: Record<RoutingLogOutcome, number> = {
    written: 0,
    refused: 0,
    dropped: 0,
    unknown: 0,
    unanswered: 0,
  };
  #total = 0;
  #graded = 0;

  constructor(work: Step<I, O>, options: RoutingLogOptions<I>) {
    const settings = routingLogSettingsOf(options);
    const primitive = asOnlyWork(work);
    super(options.operation ?? primitive.name);
    registerTopic(routingLogTopic);
    this.#step = primitive;
    this.#settings = settings;
    this.#queue = new LineQueue(this.name, settings.sink, settings.maxBufferBytes, settings.logger);
    this.#held = new HeldRows(settings.gradeWithinMs, settings.maxHeld);
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return [this.#step];
  }

  getStats(): RoutingLogStats {
    return {
      operation: this.name,
      total: this.#total,
      outcomes: { ...this.#outcomes },
      graded: this.#graded,
      held: this.#held.size,
      queued: this.#queue.length,
      isLosing: this.#queue.isLosing,
    };
  }

  override toString(): string {
    const { total, outcomes, graded } = this.getStats();
    const lost = outcomes.refused + outcomes.dropped;
    return `RoutingLogPrimitive(${this.name}: ${outcomes.written}/${total} written, ${graded} graded, ${lost} lost)`;
  }

  /**
   * Gives the row of an execution its quality.
   *
   * @param id - the `correlationId` of the context that the execution had
   * @param quality - from 0 to 1
   * @returns whether its row was still waiting for it (`gradeWithinMs`)
   * @throws TypeError or RangeError if the quality is not a number from 0 to 1
   */
  grade(id: string, quality: number): boolean {
    checkNumber('RoutingLogPrimitive', 'quality', quality, { atLeast: 0, atMost: 1 });
    return this.#held.grade(id, quality);
  }

  /** Logs answers that several models gave to one input, such as those that a shadow has compared. Never throws. */
  record(input: I, answers: readonly LoggedAnswer[]): void {
    this.#total += 1;
    void this.#later(() => {
      const prompt = safely(() => this.#settings.promptOf(input));
      this.#queueRow(prompt, answers, (outcome) => this.#ended(outcome));
    });
  }

  /**
   * Writes what waits, with or without a grade. Never rejects.
   *
   * @param timeoutMs - how long to wait for the sink at most
   * @returns whether everything has been written or refused by then
   */
  async flush(timeoutMs = 5_000): Promise<boolean> {
    const flushed = await withinTime(systemClock, timeoutMs, async () => {
      while (this.#working.size > 0) await Promise.all(this.#working);
      this.#held.releaseAll();
      await this.#queue.flushed();
      return true;
    });
    return flushed === true;
  }

  /** Writes what waits as `flush` does, and closes the sink. Call it when no more executions come. @throws what closing the sink throws */
  async close(timeoutMs?: number): Promise<boolean> {
    const isFlushed = await this.flush(timeoutMs);
    await this.#settings.sink.close?.();
    return isFlushed;
  }

  protected override async run(
    input: I,
    context: WorkflowContext,
    { note, call, background }: RunningStep,
  ): Promise<O> {
    note('routingLog.operation', this.name);
    this.#total += 1;
    const startedAt = context.clock.now();
    const { output: answer, record } = call(this.#step, input, context);
    let output: O;
    try {
      output = await answer;
    } catch (error) {
      this.#ended('unanswered', note);
      throw error;
    }
    const log = (whole: unknown): void => {
      const latencyMs = context.clock.now() - startedAt;
      const paidUsd = paidBeneath(record);
      background(
        this.#later(() => this.#log(input, whole, { latencyMs, paidUsd, context, note })),
        context,
      );
    };
    return followWhole(output, (whole) => {
      if (whole === undefined && isOngoing(output)) this.#ended('unanswered', note);
      else log(whole);
    });
  }

  async #log(input: I, output: unknown, { latencyMs, paidUsd, context, note }: Logged): Promise<void> {
    const { grade, prices, timeoutMs } = this.#settings;
    const [usage, model, text] = [usageOf(output), modelOf(output), safely(() => answerText(output))];
    const epochMs = context.clock.epochMs();
    const costUsd = paidUsd ?? safely(() => costOfUsage(AS_IT_SAYS, usage, model, prices, epochMs));
    const answer: LoggedAnswer = { model, usage, costUsd, latencyMs, text };
    const prompt = safely(() => this.#settings.promptOf(input));
    const given =
      grade && (await withinTime(context.clock, timeoutMs, () => grade({ output, text, model }, input, context)));
    this.#queueOrHold(prompt, { ...answer, quality: qualityIn(given) }, context, note);
  }

  /** Holds a row that has no grade yet, but not its request nor its answer. */
  #queueOrHold(prompt: unknown, answer: LoggedAnswer, { correlationId, clock }: WorkflowContext, note: NoteFact): void {
    const onEnd: OnEnd = (outcome) => this.#ended(outcome, note);
    const queue = (quality: number | undefined): void => this.#queueRow(prompt, [{ ...answer, quality }], onEnd);
    const isHeld = answer.quality === undefined && this.#settings.gradeWithinMs > 0 && typeof prompt === 'string';
    if (isHeld) this.#held.hold(correlationId, prompt.length + (answer.text?.length ?? 0), clock, queue);
    else queue(answer.quality);
  }

  /** @param prompt - what `promptOf` gave; undefined if it failed */
  #queueRow(prompt: unknown, answers: readonly LoggedAnswer[], onEnd: OnEnd): void {
    const row = typeof prompt === 'string' ? safely(() => rowOf(prompt, answers, this.#settings)) : undefined;
    if (row === undefined) {
      onEnd('unknown');
      return;
    }
    if (answers.some(({ quality }) => qualityIn(quality) !== undefined)) this.#graded += 1;
    this.#queue.add(`${JSON.stringify(row)}\n`, onEnd);
  }

  /** After the caller has been served. */
  #later(work: () => void | Promise<void>): Promise<void> {
    const working = new Promise<void>((resolve) => setImmediate(resolve))
      .then(work)
      .catch(() => this.#ended('unknown'));
    this.#working.add(working);
    void working.then(() => this.#working.delete(working));
    return working;
  }

  #ended(outcome: RoutingLogOutcome, note?: NoteFact): void {
    this.#outcomes[outcome] += 1;
    note?.('routingLog.outcome', outcome);
  }
}
