import { endingWith } from '../cancellation.ts';
import type { WorkflowContext } from '../context.ts';
import { checkFunction, refusal } from '../options.ts';
import { asPrimitive, type RunningStep, type Step, WorkflowPrimitive } from '../primitive.ts';
import type { OutputOf } from './sequence.ts';

declare module '../facts.ts' {
  interface Facts {
    /** Which way a `when` or `switchOn` went: `then`, `otherwise`, a case of the workflow's own, or `passed`. */
    'conditional.branch': string;
  }
}

/** Returns whether a condition holds for an input; can be asynchronous. */
export type Condition<I> = (input: I, context: WorkflowContext) => boolean | PromiseLike<boolean>;

class ConditionalPrimitive<I, O> extends WorkflowPrimitive<I, O> {
  override readonly kind: string;
  protected override readonly endsWithContext = true;
  readonly #select: (input: I, context: WorkflowContext) => string | PromiseLike<string>;
  readonly #cases: ReadonlyMap<string, WorkflowPrimitive<I, O>>;
  readonly #otherwise: WorkflowPrimitive<I, O> | undefined;

  constructor(
    kind: 'when' | 'switch',
    select: (input: I, context: WorkflowContext) => string | PromiseLike<string>,
    cases: ReadonlyMap<string, WorkflowPrimitive<I, O>>,
    otherwise: WorkflowPrimitive<I, O> | undefined,
  ) {
    super(`${kind}(${[...cases.keys()].join(' | ')})`);
    this.kind = kind;
    this.#select = select;
    this.#cases = cases;
    this.#otherwise = otherwise;
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return [...this.#cases.values(), ...(this.#otherwise === undefined ? [] : [this.#otherwise])];
  }

  protected async run(input: I, context: WorkflowContext, running: RunningStep): Promise<O> {
    const selected = await endingWith(context.abortSource, this.#select(input, context));
    const chosen = this.#cases.get(selected);
    const branch = chosen ?? this.#otherwise;
    running.note('conditional.branch', chosen ? selected : branch ? 'otherwise' : 'passed');
    if (branch === undefined) return input as unknown as O; // without a branch the input is the output, as typed below
    return branch.execute(input, context);
  }
}

/**
 * Runs one of two steps, depending on a condition. Without `otherwise`, an input that fails the condition passes
 * through unchanged.
 *
 * @example
 * ```ts
 * const clip = when(async (text: string) => text.length > 10, (text) => text.slice(0, 10));
 * ```
 */
export function when<I, A>(condition: Condition<I>, then: Step<I, A>): WorkflowPrimitive<I, A | I>;
export function when<I, A, B>(
  condition: Condition<I>,
  then: Step<I, A>,
  otherwise: Step<I, B>,
): WorkflowPrimitive<I, A | B>;
export function when<I>(
  condition: Condition<I>,
  then: Step<I, unknown>,
  otherwise?: Step<I, unknown>,
): WorkflowPrimitive<I, unknown> {
  checkFunction('when', 'condition', condition);
  return new ConditionalPrimitive(
    'when',
    async (input: I, context) => ((await condition(input, context)) ? 'then' : 'otherwise'),
    new Map([['then', asPrimitive(then)]]),
    otherwise === undefined ? undefined : asPrimitive(otherwise),
  );
}

type Cases<I> = Readonly<Record<string, Step<I, unknown>>>;

type CaseOutput<C> = OutputOf<C[keyof C]>;

/**
 * Runs the step of the case that `select` returns. A name without a case runs `otherwise`; without that, the input
 * passes through unchanged.
 *
 * @throws TypeError if there are no cases, or if one is neither a function nor a primitive
 * @example
 * ```ts
 * const greet = switchOn((language: 'en' | 'fr') => language, { en: () => 'hello', fr: () => 'bonjour' });
 * ```
 */
export function switchOn<I, const C extends Cases<I>>(
  select: (input: I, context: WorkflowContext) => string | PromiseLike<string>,
  cases: C,
): WorkflowPrimitive<I, CaseOutput<C> | I>;
export function switchOn<I, const C extends Cases<I>, B>(
  select: (input: I, context: WorkflowContext) => string | PromiseLike<string>,
  cases: C,
  otherwise: Step<I, B>,
): WorkflowPrimitive<I, CaseOutput<C> | B>;
export function switchOn<I>(
  select: (input: I, context: WorkflowContext) => string | PromiseLike<string>,
  cases: Cases<I>,
  otherwise?: Step<I, unknown>,
): WorkflowPrimitive<I, unknown> {
  checkFunction('switchOn', 'select', select);
  if (typeof cases !== 'object' || cases === null || Object.keys(cases).length === 0) {
    throw new TypeError(refusal('switchOn', 'cases', cases, 'an object with at least one step'));
  }
  return new ConditionalPrimitive(
    'switch',
    select,
    new Map(Object.entries(cases).map(([name, branch]) => [name, asPrimitive(branch)])),
    otherwise === undefined ? undefined : asPrimitive(otherwise),
  );
}
