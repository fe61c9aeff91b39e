import type { NoteFact, RunningStep, WorkflowContext } from 'tta-dev-primitives';
import { type ExecutionRecord, ignoreRejection, safely, withinTime } from 'tta-dev-primitives/internal';
import { paidBeneath } from 'tta-observability-integration/llm';
import type { PricedPrimitive } from 'tta-observability-integration/primitives';
import { Allowance } from './allowance.ts';
import { type BackgroundCall, callInBackground } from './background-call.ts';
import { type Comparison, rowOf } from './comparison.ts';
import type { ShadowOutcome } from './facts.ts';
import { areGrades, type Grades } from './grading.ts';
import type { ShadowSettings } from './shadow-options.ts';
import type { ShadowStatistics } from './shadow-statistics.ts';
import { AS_IT_SAYS, readAnswer, type ShadowAnswer } from './whole-answer.ts';

/** A request of the slice, with the answer that its caller got. */
interface Answered<I, O> {
  readonly input: I;
  readonly context: WorkflowContext;
  readonly running: RunningStep;
  readonly given: ShadowAnswer<O>;
  readonly isFromBaseline: boolean;
}

/** Compares answers with those of the other way to answer, one after the other or a few at once, and never on a caller's path. */
export class Comparing<I, O> {
  readonly #settings: ShadowSettings<I, O>;
  readonly #statistics: ShadowStatistics;
  readonly #allowance: Allowance;
  readonly #running = new Set<Promise<void>>();

  constructor(settings: ShadowSettings<I, O>, statistics: ShadowStatistics) {
    this.#settings = settings;
    this.#statistics = statistics;
    this.#allowance = new Allowance(settings.allowance);
  }

  /** Begins to compare, after the caller has been served. Never throws. */
  begin(
    input: I,
    context: WorkflowContext,
    running: RunningStep,
    output: O | readonly unknown[],
    record: ExecutionRecord,
  ): void {
    const paidUsd = paidBeneath(record);
    const comparing = nextTurn()
      .then(() => this.#compare(input, context, running, output, paidUsd))
      .catch((): ShadowOutcome => 'failed')
      .then((outcome) => this.end(outcome, running.note));
    running.background(comparing, context);
    this.#running.add(comparing);
    void comparing.then(() => this.#running.delete(comparing));
  }

  end(outcome: ShadowOutcome, note: NoteFact): void {
    this.#statistics.ended(outcome);
    note('shadow.outcome', outcome);
  }

  /** Fulfilled when nothing is being compared. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #compare(
    input: I,
    context: WorkflowContext,
    running: RunningStep,
    output: O | readonly unknown[],
    paidUsd: number | undefined,
  ): Promise<ShadowOutcome> {
    const { prices, answerCost, isFromBaseline, baseline, cheap } = this.#settings;
    const epochMs = context.clock.epochMs();
    const told = readAnswer<O>(output, AS_IT_SAYS, prices, epochMs, paidUsd);
    const said: unknown = isFromBaseline(told, input);
    ignoreRejection(said);
    const isBaseline = said === true;
    const priced = isBaseline ? readAnswer<O>(output, baseline, prices, epochMs, paidUsd) : told;
    const given = answerCost === undefined ? priced : { ...told, costUsd: amountOf(answerCost(told, input)) };
    const answered: Answered<I, O> = { input, context, running, given, isFromBaseline: isBaseline };
    const member = isBaseline ? cheap : baseline;
    const denial = this.#allowance.take(context.clock.now());
    if (denial !== undefined) return denial;
    if (member !== undefined) return this.#ask(member, answered);
    const outcome = await this.#grade(answered, given, (gradingUsd) => this.#pay(gradingUsd, running.note));
    this.#allowance.release();
    return outcome;
  }

  /** Its place is taken until the call has really ended, however late, and its grading too. */
  async #ask(member: PricedPrimitive<I, O>, answered: Answered<I, O>): Promise<ShadowOutcome> {
    const { input, context, running } = answered;
    const call = callInBackground(running.call, member.step, input, context, this.#settings.timeoutMs);
    const outcome = this.#await(call, member, answered);
    void Promise.allSettled([call.settled, outcome]).then(() => this.#allowance.release());
    return outcome;
  }

  async #await(
    { output, record }: BackgroundCall<O>,
    member: PricedPrimitive<I, O>,
    answered: Answered<I, O>,
  ): Promise<ShadowOutcome> {
    const { context, running } = answered;
    const { note } = running;
    let other: ShadowAnswer<O>;
    try {
      const whole = await output;
      const epochMs = context.clock.epochMs();
      other = readAnswer<O>(whole, member, this.#settings.prices, epochMs, paidBeneath(record));
    } catch {
      this.#pay(null, note); // it may have cost something
      return 'failed';
    }
    return this.#grade(answered, other, (gradingUsd) =>
      this.#pay(other.costUsd === null ? null : other.costUsd + gradingUsd, note),
    );
  }

  async #grade(
    answered: Answered<I, O>,
    other: ShadowAnswer<O>,
    pay: (gradingUsd: number) => void,
  ): Promise<ShadowOutcome> {
    const grades = await this.#gradesOf(answered, other);
    pay(grades?.costUsd ?? 0);
    if (grades === undefined) return 'ungraded';
    const { input, given, isFromBaseline, running } = answered;
    const [givenQuality, otherQuality] = isFromBaseline
      ? [grades.baseline, grades.answer]
      : [grades.answer, grades.baseline];
    const graded = { ...given, quality: givenQuality };
    const comparison: Comparison<I, O> = {
      input,
      isFromBaseline,
      answers: other === given ? [graded] : [graded, { ...other, quality: otherQuality }],
    };
    this.#keep(comparison, running.note);
    safely(() => ignoreRejection(this.#settings.onCompared?.(comparison)));
    return 'compared';
  }

  async #gradesOf(
    { input, context, given, isFromBaseline }: Answered<I, O>,
    other: ShadowAnswer<O>,
  ): Promise<Grades | undefined> {
    const { grade, timeoutMs } = this.#settings;
    const [cheap, strong] = isFromBaseline ? [other, given] : [given, other];
    const grades = await withinTime(context.clock, timeoutMs, () => grade(cheap, strong, input));
    return areGrades(grades) ? grades : undefined;
  }

  #keep(comparison: Comparison<I, O>, note: NoteFact): void {
    const row = rowOf(comparison);
    const { answer, baseline, answerUsd, baselineUsd } = row;
    const dominated = this.#statistics.compared(row);
    note('shadow.qualities', { answer, baseline });
    if (answerUsd === null || baselineUsd === null) note('shadow.unpriced', true);
    else note('shadow.realisedSavedUsd', baselineUsd - answerUsd);
    if (dominated !== undefined) note('shadow.dominated', dominated);
  }

  #pay(usd: number | null, note: NoteFact): void {
    this.#allowance.pay(usd);
    this.#statistics.paid(usd);
    if (usd !== null) note('shadow.costUsd', usd);
  }
}

/** What a user's function gave, if it is an amount. */
function amountOf(given: unknown): number | null {
  ignoreRejection(given);
  return typeof given === 'number' && given >= 0 && given < Infinity ? given : null;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
