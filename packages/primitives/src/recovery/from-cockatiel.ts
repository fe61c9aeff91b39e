import { untilAborted } from '../cancellation.ts';
import type { WorkflowContext } from '../context.ts';
import { checkMethods } from '../options.ts';
import { asPrimitive, type Step, WorkflowPrimitive } from '../primitive.ts';

/** What a cockatiel policy passes to the work that it runs. */
export interface CockatielContext {
  readonly signal: AbortSignal;
  /** Which retry this is, from 0; only policies that retry tell it. */
  readonly attempt?: number;
}

/** The part of a cockatiel policy that is needed; `Instead` is what it may give in place of the work's own value. */
export interface CockatielPolicy<Instead = never> {
  execute<T>(work: (context: CockatielContext) => PromiseLike<T> | T, signal?: AbortSignal): Promise<T | Instead>;
  /** Never there: by it cockatiel tells the compiler what a policy may give instead. */
  readonly _altReturn?: Instead;
}

class PolicyPrimitive<I, O, Instead> extends WorkflowPrimitive<I, O | Instead> {
  override readonly kind = 'cockatiel';
  readonly #policy: CockatielPolicy<Instead>;
  readonly #step: WorkflowPrimitive<I, O>;

  constructor(policy: CockatielPolicy<Instead>, inner: WorkflowPrimitive<I, O>) {
    super(`cockatiel(${inner.name})`);
    this.#policy = policy;
    this.#step = inner;
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return [this.#step];
  }

  protected run(input: I, context: WorkflowContext): Promise<O | Instead> {
    const work = ({ signal, attempt }: CockatielContext): Promise<O> => {
      const number = attempt === undefined ? context.attempt : attempt + 1;
      return this.#step.execute(input, context.child('cockatiel', { signal, attempt: number }));
    };
    return untilAborted(context, this.#policy.execute(work, context.isAbortable ? context.signal : undefined));
  }
}

/**
 * Turns a cockatiel policy into a wrapper for steps. Use it for policies that you already have.
 *
 * The step gets the policy's signal. A cancelled call rejects at once with the caller's reason, even if the policy
 * continues. A cockatiel timeout also aborts that signal after a success, which cuts off streams. Set
 * `abortOnReturn: false` for steps that stream. Nothing is imported from cockatiel: any object with such an `execute`
 * works.
 *
 * @throws TypeError if the policy has no `execute`
 * @see https://github.com/connor4312/cockatiel
 * @example
 * ```ts
 * const guarded = fromCockatiel(wrap(retryPolicy, breakerPolicy))(callModel);
 * await guarded.execute(question);
 * ```
 */
export function fromCockatiel<Instead = never>(
  policy: CockatielPolicy<Instead>,
): <I, O>(work: Step<I, O>) => WorkflowPrimitive<I, O | Instead> {
  checkMethods('fromCockatiel', 'policy', policy, ['execute']);
  return (work) => new PolicyPrimitive(policy, asPrimitive(work));
}
