import {
  checkFunction,
  type DerivedController,
  deriveController,
  functionOption,
  ignoreRejection,
  type OptionRulesOf,
  readOptions,
  type WithFallbacks,
  wordOption,
} from 'tta-dev-primitives/internal';
import { answersAgree } from '../../learning/answers.ts';
import type { StageAnswer } from './accept/acceptance.ts';
import { answerOf, type Reply } from './reply.ts';
import { type Asked, type Asking, CascadeStage, type Member, type MemberInit, membersOf } from './stage.ts';

/** Returns what to compare of an answer: a number, a label, a line of JSON. Undefined if the answer contains no such thing. */
export type Extract<I, O> = (answer: StageAnswer<I, O>) => string | number | undefined;

export interface ComparisonOptions {
  /** Whether the steps are asked at the same time, or each only while it is still needed. @defaultValue 'together' */
  readonly mode?: 'together' | 'in_turn' | undefined;
  /**
   * Whether two extracted answers are the same.
   * @defaultValue `answersAgree`: JSON by value, numbers by value and unit, dates by calendar, labels regardless of
   * case; never code
   */
  readonly areSame?: ((one: string | number, other: string | number) => boolean) | undefined;
}

export const COMPARISON_RULES: OptionRulesOf<ComparisonOptions, keyof ComparisonOptions> = {
  mode: wordOption(['together', 'in_turn'], 'together'),
  areSame: functionOption(answersAgree),
};

/**
 * A stage that asks two or more models, ideally of different vendors, and accepts the first answer if the same value is
 * extracted from all. An answer without a value agrees with no other.
 *
 * It needs answers that can be compared; two free texts are hardly ever equal. With `together`, the stage is as slow as
 * its slowest model. With `in_turn` it is slower, but skips the remaining calls once two answers differ. If a model
 * fails, nothing can be compared: the others are cancelled, and the cascade continues with its next stage.
 *
 * @throws TypeError or RangeError naming the option if an option is wrong
 * @example
 * ```ts
 * new CascadePrimitive({
 *   cheap: agreement({ mini: askMini, flash: askFlash }, ({ text }) => text?.split('####')[1]),
 *   large: askLarge,
 * });
 * ```
 */
export function agreement<I, O>(
  members: Readonly<Record<string, MemberInit<I, O>>>,
  extract: Extract<I, O>,
  options: ComparisonOptions = {},
): CascadeStage<I, O> {
  const comparison = comparisonOf('agreement', extract, readOptions('agreement', options, COMPARISON_RULES));
  return new AgreementStage(membersOf('agreement', members, 2), comparison);
}

/** How answers are compared. */
export interface Comparison<I, O> {
  readonly mode: 'together' | 'in_turn';
  readonly extract: Extract<I, O>;
  readonly areSame: (one: string | number, other: string | number) => boolean;
}

/** @throws TypeError if there is nothing to compare by */
export function comparisonOf<I, O>(
  owner: string,
  extract: Extract<I, O>,
  { mode, areSame }: WithFallbacks<ComparisonOptions, keyof ComparisonOptions>,
): Comparison<I, O> {
  checkFunction(owner, 'extract', extract);
  return { mode, extract, areSame: strictly(areSame) };
}

/** Only `true` says that two are the same: what an async function gives is true of any two. */
function strictly<T>(areSame: (one: T, other: T) => unknown): (one: T, other: T) => boolean {
  return (one, other) => {
    const verdict = areSame(one, other);
    ignoreRejection(verdict);
    return verdict === true;
  };
}

/** Whether two whole answers are the same, compared as members of a stage are. */
export function sameBy<I, O>(
  { extract, areSame }: Comparison<I, O>,
  one: StageAnswer<I, O>,
  other: StageAnswer<I, O>,
): boolean {
  const [first, second] = [extracted(extract, one), extracted(extract, other)];
  return first !== undefined && second !== undefined && areSame(first, second);
}

class AgreementStage<I, O> extends CascadeStage<I, O> {
  readonly #comparison: Comparison<I, O>;

  constructor(members: readonly Member<I, O>[], comparison: Comparison<I, O>) {
    super(members);
    this.#comparison = comparison;
  }

  override saysTheSame(one: StageAnswer<I, O>, other: StageAnswer<I, O>): boolean {
    return sameBy(this.#comparison, one, other);
  }

  async ask(asking: Asking<I, O>): Promise<Asked<O>> {
    const replies = this.#comparison.mode === 'together' ? await callAll(this.members, asking) : [];
    const keys = replies.map((reply, index) => this.#keyOf(index, reply, asking));
    for (let index = replies.length; index < this.members.length; index += 1) {
      if (!this.#allSame(keys)) break;
      const reply = await asking.call(this.members[index] as Member<I, O>, asking.context);
      replies.push(reply);
      keys.push(this.#keyOf(index, reply, asking));
    }
    const isAgreed = keys.length === this.members.length && this.#allSame(keys);
    return { reply: replies[0] as Reply<O>, verdict: isAgreed ? true : 'disagreement' };
  }

  #keyOf(index: number, reply: Reply<O>, { input, context }: Asking<I, O>): string | number | undefined {
    const { name } = this.members[index] as Member<I, O>;
    return extracted(this.#comparison.extract, answerOf(name, input, context, reply));
  }

  #allSame(keys: readonly (string | number | undefined)[]): boolean {
    const [first] = keys;
    if (keys.length === 0) return true;
    return first !== undefined && keys.every((key) => key !== undefined && this.#comparison.areSame(first, key));
  }
}

/** What is extracted; nothing from an answer that the user's function cannot read. */
export function extracted<I, O>(extract: Extract<I, O>, answer: StageAnswer<I, O>): string | number | undefined {
  try {
    const key: unknown = extract(answer);
    ignoreRejection(key);
    return (typeof key === 'string' && key.trim() !== '') || (typeof key === 'number' && Number.isFinite(key))
      ? key
      : undefined;
  } catch {
    return undefined; // without an extracted value there is no agreement, and a better model is asked
  }
}

/** Calls members at the same time; when one fails, the others are cancelled and waited for no longer. */
export async function callAll<I, O>(
  members: readonly Member<I, O>[],
  { context, call }: Pick<Asking<I, O>, 'context' | 'call'>,
): Promise<Reply<O>[]> {
  const controllers: DerivedController[] = members.map(() => deriveController(context, { awaitsWork: true }));
  try {
    return await Promise.all(
      members.map((member, index) => {
        const { abortSource } = controllers[index] as DerivedController;
        return call(member, context.child(member.name, { abortSource }));
      }),
    );
  } catch (error) {
    for (const controller of controllers) controller.abort(error);
    throw error;
  } finally {
    for (const controller of controllers) controller.release();
  }
}
