import {
  followOutput,
  type RunningStep,
  readWhole,
  type WorkflowContext,
  type WorkflowPrimitive,
} from 'tta-dev-primitives';
import { type ExecutionRecord, isOngoing } from 'tta-dev-primitives/internal';
import { type Spending, spendingBeneath } from '../../llm/call/beneath.ts';
import { costElsewhere, type PricedModel } from '../../llm/money/model-price.ts';
import type { PriceSource } from '../../llm/money/price-source.ts';
import { calledPrimitive } from '../priced-step.ts';
import { type Reply, readReply } from './reply.ts';
import type { Member } from './stage.ts';

/** The members of a cascade as model calls, and what their answers would have cost at the last stage. */
export class CalledMembers<I, O> {
  readonly #steps = new Map<Member<I, O>, WorkflowPrimitive<I, O>>();
  readonly #prices: PriceSource | undefined;
  readonly #last: PricedModel;
  /** The model that the last stage has named in its newest answer, for one that is not named itself. */
  #lastAnsweredBy: string | undefined;

  constructor(members: readonly Member<I, O>[], last: PricedModel, prices: PriceSource | undefined) {
    for (const member of members) this.#steps.set(member, calledPrimitive(member, prices));
    this.#last = last;
    this.#prices = prices;
  }

  get steps(): readonly WorkflowPrimitive<I, O>[] {
    return [...this.#steps.values()];
  }

  stepOf(member: Member<I, O>): WorkflowPrimitive<I, O> {
    return this.#steps.get(member) as WorkflowPrimitive<I, O>; // the members are those that this was made for
  }

  lastAnswered({ model }: Spending): void {
    this.#lastAnsweredBy = model ?? this.#lastAnsweredBy;
  }

  /** What the tokens of an answer would have cost at the last stage, in US dollars; null if unknown. */
  costAtLast({ usages, reusedUsages }: Spending, { clock }: WorkflowContext): number | null {
    const all = [...usages, ...reusedUsages];
    return costElsewhere(this.#last, all, this.#lastAnsweredBy, this.#prices, clock.epochMs());
  }
}

/** Told what each call cost, in US dollars, or null if that is not known, and the stage that made it. */
type OnPaid = (stage: string, costUsd: number | null) => void;

/** Makes the calls of one execution, and adds up their cost, failed calls included. */
export class Calls<I, O> {
  readonly #members: CalledMembers<I, O>;
  readonly #call: RunningStep['call'];
  readonly #onPaid: OnPaid;

  constructor(members: CalledMembers<I, O>, call: RunningStep['call'], onPaid: OnPaid) {
    this.#members = members;
    this.#call = call;
    this.#onPaid = onPaid;
  }

  /** Calls a member and reads its whole answer. @throws what the member, or its stream, throws */
  async read(stage: string, member: Member<I, O>, input: I, context: WorkflowContext): Promise<Reply<O>> {
    const { output, record } = this.#call(this.#members.stepOf(member), input, context);
    try {
      const { whole, give } = await readWhole(await output, context);
      const spending = this.#settle(stage, record);
      const lastStageUsd = this.#members.costAtLast(spending, context);
      const outputTokens = tokensWritten(spending);
      return { whole, give, ...readReply(whole), costUsd: spending.costUsd, outputTokens, lastStageUsd };
    } catch (error) {
      this.#settle(stage, record);
      throw error;
    }
  }

  /**
   * Calls the member whose answer is given as it is; a stream is handed on at once.
   *
   * @param onSettled - told once what the call cost, in US dollars, or null if that is not known
   */
  async give(
    stage: string,
    member: Member<I, O>,
    input: I,
    context: WorkflowContext,
    onSettled: (costUsd: number | null) => void,
  ): Promise<O> {
    const { output, record } = this.#call(this.#members.stepOf(member), input, context);
    const onEnd = (): void => {
      const spending = this.#settle(stage, record);
      this.#members.lastAnswered(spending);
      onSettled(spending.costUsd);
    };
    let answer: O;
    try {
      answer = await output;
    } catch (error) {
      this.#settle(stage, record);
      throw error;
    }
    if (isOngoing(answer)) return followOutput(answer, { onEnd });
    onEnd();
    return answer;
  }

  #settle(stage: string, record: ExecutionRecord): Spending {
    const spending = spendingBeneath(record);
    this.#onPaid(stage, spending.costUsd);
    return spending;
  }
}

function tokensWritten({ usages, reusedUsages }: Spending): number | undefined {
  const all = [...usages, ...reusedUsages];
  return all.length === 0 ? undefined : all.reduce((sum, { outputTokens }) => sum + outputTokens, 0);
}
