import { anyOption, checkNumber, numberOption, type OptionRules, readOptions } from 'tta-dev-primitives/internal';
import { pricedPrimitive } from '../priced-step.ts';
import type { StageAnswer } from './accept/acceptance.ts';
import {
  COMPARISON_RULES,
  type Comparison,
  type ComparisonOptions,
  callAll,
  comparisonOf,
  type Extract,
  extracted,
  sameBy,
} from './agreement.ts';
import { answerOf, type Reply } from './reply.ts';
import { type Asked, type Asking, CascadeStage, type Member, type MemberInit } from './stage.ts';

export interface SelfConsistencyOptions extends ComparisonOptions {
  /** How often the step is asked. @defaultValue 3 */
  readonly k?: number | undefined;
  /** How many of the answers must be the same. @defaultValue more than half of them */
  readonly atLeast?: number | undefined;
}

const OWNER = 'selfConsistency';

const RULES = {
  ...COMPARISON_RULES,
  k: numberOption({ atLeast: 2, atMost: 100, isInteger: true }, 3),
  atLeast: anyOption, // at most `k`
} satisfies OptionRules<SelfConsistencyOptions>;

/**
 * A stage that asks one model several times, and accepts the most frequent answer if it is frequent enough. The model
 * must vary its answers: with a temperature of 0 all answers agree, and nothing is learned.
 *
 * With `in_turn`, it stops as soon as an answer is frequent enough, or no answer can become so.
 *
 * @throws TypeError or RangeError naming the option if an option is wrong
 * @see https://arxiv.org/abs/2203.11171
 */
export function selfConsistency<I, O>(
  step: MemberInit<I, O>,
  extract: Extract<I, O>,
  options: SelfConsistencyOptions = {},
): CascadeStage<I, O> {
  const { k, atLeast = Math.floor(k / 2) + 1, ...compared } = readOptions(OWNER, options, RULES);
  checkNumber(OWNER, 'atLeast', atLeast, { atLeast: 1, atMost: k, isInteger: true });
  const comparison = comparisonOf(OWNER, extract, compared);
  return new SelfConsistencyStage(pricedPrimitive(OWNER, 'step', 'sample', step), k, atLeast, comparison);
}

/** Answers that are the same. */
interface Camp<O> {
  readonly key: string | number;
  readonly reply: Reply<O>;
  votes: number;
}

class SelfConsistencyStage<I, O> extends CascadeStage<I, O> {
  readonly #member: Member<I, O>;
  readonly #k: number;
  readonly #atLeast: number;
  readonly #comparison: Comparison<I, O>;

  constructor(member: Member<I, O>, k: number, atLeast: number, comparison: Comparison<I, O>) {
    super([member]);
    this.#member = member;
    this.#k = k;
    this.#atLeast = atLeast;
    this.#comparison = comparison;
  }

  override saysTheSame(one: StageAnswer<I, O>, other: StageAnswer<I, O>): boolean {
    return sameBy(this.#comparison, one, other);
  }

  async ask(asking: Asking<I, O>): Promise<Asked<O>> {
    const samples = Array.from({ length: this.#k }, () => this.#member);
    const replies = this.#comparison.mode === 'together' ? await callAll(samples, asking) : [];
    const camps: Camp<O>[] = [];
    for (const reply of replies) this.#vote(camps, reply, asking);
    while (replies.length < this.#k && !this.#isSettled(camps, replies.length)) {
      const reply = await asking.call(this.#member, asking.context);
      replies.push(reply);
      this.#vote(camps, reply, asking);
    }
    const winner = largest(camps);
    const isEnough = winner !== undefined && winner.votes >= this.#atLeast;
    return { reply: winner?.reply ?? (replies[0] as Reply<O>), verdict: isEnough ? true : 'no_majority' };
  }

  #vote(camps: Camp<O>[], reply: Reply<O>, { input, context }: Asking<I, O>): void {
    const key = extracted(this.#comparison.extract, answerOf(this.#member.name, input, context, reply));
    if (key === undefined) return;
    const camp = camps.find((other) => this.#comparison.areSame(other.key, key));
    if (camp === undefined) camps.push({ key, reply, votes: 1 });
    else camp.votes += 1;
  }

  /** Whether more answers could change nothing. */
  #isSettled(camps: readonly Camp<O>[], asked: number): boolean {
    const votes = largest(camps)?.votes ?? 0;
    return votes >= this.#atLeast || votes + (this.#k - asked) < this.#atLeast;
  }
}

function largest<O>(camps: readonly Camp<O>[]): Camp<O> | undefined {
  return camps.reduce<Camp<O> | undefined>((best, camp) => (camp.votes > (best?.votes ?? 0) ? camp : best), undefined);
}
