import { type NoteFact, type RunningStep, type WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import { discardOutput } from 'tta-dev-primitives/internal';
import { isHeldOut } from '../../llm/money/ledger/hold-out.ts';
import { summariseSavings } from '../savings-summary.ts';
import { verdictWithin } from './accept/acceptance.ts';
import { CalledMembers, Calls } from './calls.ts';
import {
  type CascadeOptions,
  type CascadeSettings,
  cascadeSettingsOf,
  type NamedStage,
  type StageInit,
} from './cascade-options.ts';
import { CascadeStatistics, type CascadeStats, describeStats } from './cascade-statistics.ts';
import type { CascadeOutcome, RejectionReason } from './facts.ts';
import { promiseSentence } from './promise.ts';
import { lossWithin, QualityWatch } from './quality-watch.ts';
import { answerOf, type Reply } from './reply.ts';
import { SelfSwitch } from './self-switch.ts';
import { untilDue } from './until-due.ts';

/** One execution. */
interface Cascaded<I, O> {
  readonly input: I;
  readonly note: NoteFact;
  readonly calls: Calls<I, O>;
  /** The stage that is asked. */
  stage: string;
  outcome: CascadeOutcome;
  /** The answer of a cheap stage, if it was accepted. */
  accepted?: Reply<O>;
  /** What the calls of cheap stages cost so far, in US dollars; null once the cost of one is not known. */
  cheapUsd: number | null;
  /** Whether it is known of a cheap answer what the last stage would have cost. */
  isComparable: boolean;
  /** Whether it is in the statistics with what it saved or lost. */
  isSettled: boolean;
}

summariseSavings();

/**
 * Asks cheap stages first, and the last stage only if none of their answers is good enough.
 *
 * A stage that fails is skipped. An error of the last stage is thrown unchanged, and its answer is always returned. A
 * stream of a cheap stage is read to its end and judged. Then it starts again for the caller, as a plain iterable or
 * `ReadableStream`. A stream of the last stage is passed on at once. All stages share the context's deadline and
 * cancellation.
 *
 * Every call is priced by the tokens that its answer reports. The saving is the cost of the last stage minus the cost
 * of all calls. If the last stage was not called, its cost is an estimate: the same tokens at its price. Losses count,
 * including those of executions without an answer. While the cheap stages cost more than they save, they are skipped
 * except for occasional probes.
 *
 * Answers that `agreement` or `selfConsistency` accepts are of unknown quality until graded rows show it (`quality`).
 * Meanwhile the last stage checks some of them, and the cheap stages are skipped permanently once the answers differ
 * too often.
 *
 * When the context is cancelled or its deadline has passed, the cascade waits for neither stages nor rules.
 *
 * @throws TypeError or RangeError that names the invalid stage or option
 * @example
 * ```ts
 * const cascade = new CascadePrimitive(
 *   { mini: { step: askMini, model: 'gpt-4o-mini' }, large: { step: askLarge, model: 'gpt-4o' } },
 *   { accept: acceptAll(acceptComplete(), acceptJson({ schema })) },
 * );
 * await cascade.execute('List the planets as JSON.');
 * ```
 */
export class CascadePrimitive<I, O, Name extends string = string> extends WorkflowPrimitive<I, O> {
  override readonly kind = 'cascade';
  readonly #settings: CascadeSettings<I, O>;
  readonly #statistics: CascadeStatistics;
  readonly #switch: SelfSwitch | undefined;
  readonly #watch: QualityWatch;
  readonly #members: CalledMembers<I, O>;

  constructor(stages: Readonly<Record<Name, StageInit<I, O>>>, options: CascadeOptions<I, O> = {}) {
    const settings = cascadeSettingsOf(stages, options);
    super(settings.operation);
    this.#settings = settings;
    this.#statistics = new CascadeStatistics([...settings.cheap, settings.last].map(({ name }) => name));
    this.#switch = settings.selfSwitch && new SelfSwitch(settings.selfSwitch);
    this.#watch = new QualityWatch(settings.watch);
    const { cheap, last, prices } = settings;
    const members = [...cheap, last].flatMap(({ stage }) => stage.members);
    this.#members = new CalledMembers(members, last.stage.member, prices);
  }

  /** Whether the cheap stages are asked: they pay, and checks have not shown that quality is lost. */
  get #isOn(): boolean {
    return this.#watch.state !== 'lost' && (this.#switch?.isOn ?? true);
  }

  /** Whether this request asks the cheap stages; the switch counts those that it admits. */
  #admits(): boolean {
    return this.#watch.state !== 'lost' && this.#switch?.admits() !== false;
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return this.#members.steps;
  }

  getStats(): CascadeStats<Name> {
    return this.#statistics.read(this.name, this.#isOn, this.#watch, this.#settings.promise);
  }

  override get promise(): string | undefined {
    const { promise, last } = this.#settings;
    return promise && this.#watch.state === 'shown' ? promiseSentence(promise, last.name) : undefined;
  }

  override toString(): string {
    return describeStats(this.getStats(), this.#compares);
  }

  /** Whether answers are accepted because models agree: nothing is known of their quality by that. */
  get #compares(): boolean {
    return this.#settings.cheap.some(({ stage }) => stage.saysTheSame !== undefined);
  }

  protected override async run(input: I, context: WorkflowContext, { note, call }: RunningStep): Promise<O> {
    note('cascade.operation', this.name);
    note('cascade.enabled', this.#isOn);
    this.#noteQuality(note);
    this.#statistics.begun();
    const onPaid = (stage: string, usd: number | null): void => this.#paid(stage, usd, execution);
    const calls = new Calls<I, O>(this.#members, call, onPaid);
    const execution: Cascaded<I, O> = {
      input,
      note,
      calls,
      stage: '',
      outcome: isHeldOut(context) || !this.#admits() ? 'switched_off' : 'escalated',
      cheapUsd: 0,
      isComparable: false,
      isSettled: false,
    };
    try {
      const output = await untilDue(context, this.name, (own) => this.#answer(execution, own));
      this.#answered(execution);
      return output;
    } catch (error) {
      this.#settleUnanswered(execution);
      throw error;
    }
  }

  async #answer(execution: Cascaded<I, O>, context: WorkflowContext): Promise<O> {
    if (execution.outcome === 'switched_off') return this.#askLast(execution, context);
    for (const stage of this.#settings.cheap) {
      const reply = await this.#tryStage(stage, execution, context);
      if (context.isAborted) throw context.signal.reason;
      if (reply === undefined) continue;
      execution.outcome = 'accepted';
      execution.accepted = reply;
      const isChecked = stage.stage.saysTheSame !== undefined && this.#watch.wantsCheck(true);
      return isChecked ? this.#check(stage, reply, execution, context) : reply.give();
    }
    this.#watch.wantsCheck(false);
    return this.#askLast(execution, context);
  }

  /** The reply of a stage, if it will do. */
  async #tryStage(
    { name, stage, accept }: NamedStage<I, O>,
    execution: Cascaded<I, O>,
    context: WorkflowContext,
  ): Promise<Reply<O> | undefined> {
    const { input, calls } = execution;
    this.#enter(name, execution);
    try {
      const call: Parameters<typeof stage.ask>[0]['call'] = (member, own) => calls.read(name, member, input, own);
      const { reply, verdict } = await stage.ask({ input, context, call });
      execution.isComparable ||= reply.lastStageUsd !== null;
      const judged =
        verdict === true && accept !== undefined
          ? await verdictWithin(this.#settings.acceptTimeoutMs, accept, answerOf(name, input, context, reply))
          : verdict;
      if (judged === true) return reply;
      discardOutput(reply.whole, new DOMException(`the cascade rejected the answer of ${name}`, 'AbortError'));
      if (!context.isAborted) this.#reject(judged, execution);
    } catch (error) {
      if (context.isAborted) throw error;
      this.#reject('error', execution);
    }
    return undefined;
  }

  /** Asks the last stage about an accepted answer too, and gives its answer; the accepted one if it fails. */
  async #check(
    { name, stage }: NamedStage<I, O>,
    reply: Reply<O>,
    execution: Cascaded<I, O>,
    context: WorkflowContext,
  ): Promise<O> {
    const { input, calls, note } = execution;
    const { last, grade, acceptTimeoutMs } = this.#settings;
    this.#enter(last.name, execution);
    let lastReply: Reply<O>;
    try {
      lastReply = await calls.read(last.name, last.stage.member, input, context);
    } catch (error) {
      if (context.isAborted) throw error;
      this.#reject('error', execution);
      execution.stage = name;
      note('cascade.stage', name);
      return reply.give();
    }
    const answers = [answerOf(name, input, context, reply), answerOf(last.name, input, context, lastReply)] as const;
    const isSame = stage.saysTheSame?.(...answers) === true;
    const lost = isSame ? 0 : grade === undefined ? 1 : await lossWithin(acceptTimeoutMs, grade, ...answers);
    note('cascade.check', isSame ? 'same' : lost === undefined ? 'not_graded' : 'differs');
    if (lost !== undefined && this.#watch.observe(lost, !isSame)) {
      this.#statistics.switchedOff();
      note('cascade.enabled', false);
      this.#noteQuality(note);
    }
    execution.outcome = 'escalated';
    delete execution.accepted;
    discardOutput(reply.whole, new DOMException(`the answer of ${last.name} was given instead`, 'AbortError'));
    this.#settleChecked(lastReply.costUsd, execution);
    return lastReply.give();
  }

  async #askLast(execution: Cascaded<I, O>, context: WorkflowContext): Promise<O> {
    const { input, calls } = execution;
    const { name, stage } = this.#settings.last;
    this.#enter(name, execution);
    return calls.give(name, stage.member, input, context, (usd) => this.#settleLast(usd, execution));
  }

  #noteQuality(note: NoteFact): void {
    const { promise } = this.#settings;
    if (promise !== undefined) note('cascade.promisedShare', promise.target);
    if (promise !== undefined || this.#compares) note('cascade.quality', this.#watch.state);
  }

  #enter(stage: string, execution: Cascaded<I, O>): void {
    execution.stage = stage;
    this.#statistics.asked(stage);
    execution.note('cascade.stage', stage);
  }

  #reject(reason: RejectionReason, { stage, note }: Cascaded<I, O>): void {
    this.#statistics.rejected(stage, reason);
    note('cascade.rejection', reason);
  }

  #answered(execution: Cascaded<I, O>): void {
    const { stage, outcome, accepted, note } = execution;
    this.#statistics.answered(stage, outcome);
    note('cascade.outcome', outcome);
    if (accepted !== undefined) this.#settleAccepted(accepted, execution);
  }

  /** What a cheap stage still costs after the answer is a loss that was not known then. */
  #paid(stage: string, usd: number | null, execution: Cascaded<I, O>): void {
    if (usd !== null) this.#statistics.paid(stage, usd);
    if (stage === this.#settings.last.name) return;
    execution.cheapUsd = usd === null || execution.cheapUsd === null ? null : execution.cheapUsd + usd;
    if (execution.isSettled && usd !== null && usd > 0) this.#save(-usd, execution);
  }

  #settleAccepted({ lastStageUsd }: Reply<O>, execution: Cascaded<I, O>): void {
    const { cheapUsd } = execution;
    execution.isSettled = true;
    if (lastStageUsd === null || cheapUsd === null) this.#unpriced(execution);
    else this.#learn(cheapUsd, lastStageUsd, execution);
  }

  /** What the cheap stages cost is lost on this answer, but they would have spared the last one: the switch learns that. */
  #settleChecked(lastUsd: number | null, execution: Cascaded<I, O>): void {
    const { cheapUsd } = execution;
    execution.isSettled = true;
    if (lastUsd === null || cheapUsd === null) this.#unpriced(execution);
    if (cheapUsd === null) return;
    this.#save(-cheapUsd, execution);
    if (lastUsd !== null) this.#teach(lastUsd - cheapUsd, execution);
  }

  /** Whatever the last stage cost, it would have cost without the cheap ones too: what those cost is lost. */
  #settleLast(lastUsd: number | null, execution: Cascaded<I, O>): void {
    if (execution.isSettled) return;
    const { cheapUsd, outcome } = execution;
    execution.isSettled = true;
    if (lastUsd === null || cheapUsd === null) this.#unpriced(execution);
    if (outcome !== 'switched_off') {
      if (cheapUsd !== null) this.#learn(cheapUsd, 0, execution);
    } else if (lastUsd !== null) this.#save(0, execution);
  }

  /** Without an answer nothing was spared. */
  #settleUnanswered(execution: Cascaded<I, O>): void {
    if (execution.isSettled) return;
    const { cheapUsd, stage } = execution;
    execution.isSettled = true;
    if (cheapUsd === null || cheapUsd === 0) return;
    if (stage === this.#settings.last.name) this.#learn(cheapUsd, 0, execution);
    else this.#save(-cheapUsd, execution);
  }

  /**
   * Counts what a request that went through the cheap stages saved, and lets the switch learn from it; not from a loss where a saving
   * could not have been priced, or the switch would see losses only.
   */
  #learn(cheapUsd: number, sparedUsd: number, execution: Cascaded<I, O>): void {
    const savedUsd = sparedUsd - cheapUsd;
    this.#save(savedUsd, execution);
    this.#teach(savedUsd, execution);
  }

  #teach(savedUsd: number, execution: Cascaded<I, O>): void {
    if (!execution.isComparable || this.#switch?.observe(savedUsd) !== true) return;
    if (!this.#switch.isOn) this.#statistics.switchedOff();
    execution.note('cascade.enabled', this.#isOn);
  }

  #save(usd: number, { note }: Cascaded<I, O>): void {
    this.#statistics.saved(usd);
    note('cascade.savedUsd', usd);
  }

  #unpriced({ note }: Cascaded<I, O>): void {
    this.#statistics.unpriced();
    note('cascade.unpriced', true);
  }
}
