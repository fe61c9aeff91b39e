import { type NoteFact, type RunningStep, type WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import { verdictOf } from './accept/acceptance.ts';
import { Calls } from './calls.ts';
import {
  type CascadeOptions,
  type CascadeSettings,
  cascadeSettingsOf,
  type NamedStage,
  type StageInit,
} from './cascade-options.ts';
import { CascadeStatistics, type CascadeStats, describeStats } from './cascade-statistics.ts';
import type { CascadeOutcome, RejectionReason } from './facts.ts';
import { answerOf, type Reply } from './reply.ts';
import { SelfSwitch } from './self-switch.ts';

/** One execution. */
interface Cascaded<I, O> {
  readonly input: I;
  readonly context: WorkflowContext;
  readonly note: NoteFact;
  readonly calls: Calls<I, O>;
  /** The stage that is asked. */
  stage: string;
}

/**
 * Asks the cheap stages first and the last one only when none of their answers will do.
 *
 * A stage that fails is passed over; an error of the last one is thrown untouched. The answer of the last stage is given whatever it is.
 * A stream of a cheap stage is read to its end before it is judged, and then begins again for the caller, as a plain iterable or
 * `ReadableStream`; a stream of the last stage is handed on at once. All stages share the context's deadline and cancellation.
 *
 * Every call is priced by the tokens that its answer says it used. What is saved is what the last stage would have cost (an estimate where it
 * was spared: the same tokens at its price) less what all calls cost; losses are kept. While the cheap stages cost more than they
 * save they are left out, but for a probe now and then.
 *
 * @throws TypeError or RangeError that names the option, if a stage or an option is not what it should be
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

  constructor(stages: Readonly<Record<Name, StageInit<I, O>>>, options: CascadeOptions<I, O> = {}) {
    const settings = cascadeSettingsOf(stages, options);
    super(settings.operation);
    this.#settings = settings;
    this.#statistics = new CascadeStatistics([...settings.cheap, settings.last].map(({ name }) => name));
    this.#switch = settings.selfSwitch && new SelfSwitch(settings.selfSwitch);
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    const { cheap, last } = this.#settings;
    return [...cheap, last].flatMap(({ stage }) => stage.members.map(({ step }) => step));
  }

  getStats(): CascadeStats<Name> {
    return this.#statistics.read(this.name, this.#switch?.isOn ?? true);
  }

  override toString(): string {
    return describeStats(this.getStats());
  }

  protected override async run(input: I, context: WorkflowContext, { note }: RunningStep): Promise<O> {
    note('cascade.operation', this.name);
    this.#statistics.begun();
    const { prices, last } = this.#settings;
    const pricing = { prices, last: last.stage.member };
    const calls = new Calls<I, O>(pricing, note, (stage, usd) => this.#statistics.paid(stage, usd));
    const execution: Cascaded<I, O> = { input, context, note, calls, stage: '' };
    if (this.#switch?.admits() === false) return this.#askLast(execution, 'switched_off');
    for (const stage of this.#settings.cheap) {
      const reply = await this.#tryStage(stage, execution);
      if (reply !== undefined) return this.#accept(reply, execution);
    }
    return this.#askLast(execution, 'escalated');
  }

  /** The reply of a stage, if it will do. */
  async #tryStage({ name, stage, accept }: NamedStage<I, O>, execution: Cascaded<I, O>): Promise<Reply<O> | undefined> {
    const { input, context, calls } = execution;
    this.#enter(name, execution);
    try {
      const call: Parameters<typeof stage.ask>[0]['call'] = (member, own) => calls.read(name, member, input, own);
      const { reply, verdict } = await stage.ask({ input, context, call });
      const judged =
        verdict === true && accept !== undefined
          ? await verdictOf(accept, answerOf(name, input, context, reply))
          : verdict;
      if (judged === true) return reply;
      this.#reject(judged, execution);
    } catch (error) {
      if (context.isAborted) throw error;
      this.#reject('error', execution);
    }
    return undefined;
  }

  #accept(reply: Reply<O>, execution: Cascaded<I, O>): O {
    const { calls } = execution;
    this.#answered('accepted', execution);
    this.#settle(reply.lastStageUsd, calls.costUsd, true, execution);
    return reply.give();
  }

  async #askLast(execution: Cascaded<I, O>, outcome: CascadeOutcome): Promise<O> {
    const { input, context, calls } = execution;
    const { name, stage } = this.#settings.last;
    const cheapUsd = calls.costUsd;
    this.#enter(name, execution);
    const output = await calls.give(name, stage.member, input, context, (lastUsd) =>
      outcome === 'switched_off'
        ? this.#save(lastUsd === null ? null : 0, execution)
        : this.#settle(lastUsd, cheapUsd, false, execution),
    );
    this.#answered(outcome, execution);
    return output;
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

  #answered(outcome: CascadeOutcome, { stage, note }: Cascaded<I, O>): void {
    this.#statistics.answered(stage, outcome);
    note('cascade.outcome', outcome);
  }

  /** Counts what a request that went through the cheap stages saved, and lets the switch learn from it. */
  #settle(lastStageUsd: number | null, cheapUsd: number | null, isAccepted: boolean, execution: Cascaded<I, O>): void {
    if (lastStageUsd === null || cheapUsd === null) {
      this.#save(null, execution);
      return;
    }
    this.#save((isAccepted ? lastStageUsd : 0) - cheapUsd, execution);
    if (this.#switch?.observe({ cheapUsd, lastStageUsd, isAccepted }) !== true) return;
    if (!this.#switch.isOn) this.#statistics.switchedOff();
    execution.note('cascade.enabled', this.#switch.isOn);
  }

  #save(usd: number | null, { note }: Cascaded<I, O>): void {
    this.#statistics.saved(usd);
    if (usd === null) note('cascade.unpriced', true);
    else note('cascade.savedUsd', usd);
  }
}
