import { followOutput, isOngoing, type NoteFact, readWhole, type WorkflowContext } from 'tta-dev-primitives';
import { type Account, accountOf, setAccount } from '../../llm/account.ts';
import { costOfUsage, type PricedModel } from '../../llm/money/model-price.ts';
import type { PriceSource } from '../../llm/money/price-source.ts';
import { type Usage, withoutBill } from '../../llm/money/usage.ts';
import { StreamUsage } from '../../llm/stream-usage.ts';
import { modelOf, usageOf } from '../../llm/usage.ts';
import { type Reply, readAnswer } from './reply.ts';
import type { Member } from './stage.ts';

/** What the calls of a cascade are priced with. */
export interface CallPricing {
  readonly prices: PriceSource | undefined;
  readonly last: PricedModel;
  /** The model that the last stage has named in its newest answer, for one that is not named itself. */
  lastAnsweredBy?: string | undefined;
}

/** What is known of the money of an answer. */
interface Making {
  readonly usage: Usage | undefined;
  readonly model: string | undefined;
  readonly account: Account | undefined;
  readonly seconds: number;
}

/** Told what each call cost, in US dollars, or null if that is not known, and the stage that made it. */
type OnPaid = (stage: string, costUsd: number | null) => void;

/** Stands for the model of a call that tells none, after one that did. */
const NONE = '_none';

/** The calls of one execution: makes them, and states their tokens and what they cost. */
export class Calls<I, O> {
  readonly #pricing: CallPricing;
  readonly #note: NoteFact;
  readonly #onPaid: OnPaid;
  readonly #stated = new Set<'llm.provider' | 'llm.model'>();

  constructor(pricing: CallPricing, note: NoteFact, onPaid: OnPaid) {
    this.#pricing = pricing;
    this.#note = note;
    this.#onPaid = onPaid;
  }

  /** Calls a member and reads its whole answer. @throws what the member, or its stream, throws */
  async read(stage: string, member: Member<I, O>, input: I, context: WorkflowContext): Promise<Reply<O>> {
    const { clock } = context;
    const startedAt = clock.now();
    const output = await readWhole(await member.step.execute(input, context), context);
    const { whole, give } = output;
    const seconds = (clock.now() - startedAt) / 1_000;
    const making = { usage: usageOf(whole), model: modelOf(whole), account: this.#take(output), seconds };
    const costUsd = this.#settle(stage, member, making, context);
    const elsewhere = { usage: making.usage && withoutBill(making.usage), model: this.#pricing.lastAnsweredBy };
    const lastStageUsd = this.#costOf(this.#pricing.last, elsewhere, context);
    return { whole, give, ...readAnswer(whole), costUsd, lastStageUsd };
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
    const { clock } = context;
    const startedAt = clock.now();
    const settle = (making: Omit<Making, 'seconds'>): void => {
      this.#pricing.lastAnsweredBy = making.model ?? this.#pricing.lastAnsweredBy;
      onSettled(this.#settle(stage, member, { ...making, seconds: (clock.now() - startedAt) / 1_000 }, context));
    };
    const output = await member.step.execute(input, context);
    if (!isOngoing(output)) {
      settle({ usage: usageOf(output), model: modelOf(output), account: takeAccount(output) });
      return output;
    }
    const told = new StreamUsage();
    let account: Account | undefined;
    return followOutput(output, {
      onChunk: (chunk) => {
        told.add(chunk);
        account = takeAccount(chunk) ?? account;
      },
      onEnd: ({ kind }) => settle({ usage: kind === 'complete' ? told.usage : undefined, model: told.model, account }),
    });
  }

  #take({ whole, isStream: isStreamed }: { readonly whole: unknown; readonly isStream: boolean }): Account | undefined {
    if (!isStreamed) return takeAccount(whole);
    return (whole as readonly unknown[]).map(takeAccount).find((account) => account !== undefined);
  }

  #settle(stage: string, member: Member<I, O>, making: Making, context: WorkflowContext): number | null {
    const costUsd = making.account === 'unpaid' ? 0 : this.#costOf(member, making, context);
    if (making.account === undefined) this.#state(member, making, costUsd);
    this.#onPaid(stage, costUsd);
    return costUsd;
  }

  #costOf(
    priced: PricedModel,
    { usage, model }: Pick<Making, 'usage' | 'model'>,
    { clock }: WorkflowContext,
  ): number | null {
    return costOfUsage(priced, usage, model, this.#pricing.prices, clock.epochMs());
  }

  #state(
    { model, provider }: Member<I, O>,
    { usage, model: answeredBy, seconds }: Making,
    costUsd: number | null,
  ): void {
    const pricedAs = model ?? answeredBy;
    this.#name('llm.provider', provider);
    this.#name('llm.model', pricedAs);
    if (pricedAs !== undefined) this.#note('llm.seconds', seconds);
    if (usage !== undefined) this.#note('llm.usage', usage);
    if (costUsd !== null) this.#note('llm.costUsd', costUsd);
  }

  /** What was stated of an earlier call would otherwise hold for one that tells nothing. */
  #name(fact: 'llm.provider' | 'llm.model', name: string | undefined): void {
    if (name !== undefined) this.#stated.add(fact);
    if (this.#stated.has(fact)) this.#note(fact, name ?? NONE);
  }
}

/** How the money of an answer stands, from now on for everybody further out: its cost is stated here. */
function takeAccount(answer: unknown): Account | undefined {
  const account = accountOf(answer);
  if (account === undefined) setAccount(answer, 'stated');
  return account;
}
