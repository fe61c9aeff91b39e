import type { WorkflowContext } from '../context.ts';
import { anyOption, type OptionRules, option, readOptions } from '../option-rules.ts';
import { checkText, refusal } from '../options.ts';
import { type StepFunction, WorkflowPrimitive } from '../primitive.ts';

/** What a mock does with one call: throw an `Error`, or give any other value. */
export type MockResult<O> = O | Error;

export interface MockOptions<I, O> {
  /** The output of every call. */
  readonly returnValue?: O | undefined;
  /**
   * What calls do: a function that gives the output or throws, or a list with the result of each call. An `Error` in the list is thrown.
   * A call after the end of the list fails. It comes before `returnValue`.
   */
  readonly sideEffect?: StepFunction<I, O> | readonly MockResult<O>[] | undefined;
  /** Thrown by every call. It comes before `sideEffect`. */
  readonly error?: unknown;
}

/** One call of a mock. */
export interface MockCall<I> {
  readonly input: I;
  readonly context: WorkflowContext;
}

const OWNER = 'MockPrimitive';

const RULES = {
  returnValue: anyOption,
  sideEffect: option(checkSideEffect),
  error: anyOption,
} satisfies OptionRules<MockOptions<never, unknown>>;

/**
 * A step for tests that gives what you tell it to give, and remembers its calls. Without options it gives `undefined`.
 *
 * @throws TypeError if an option is misspelt, or if `sideEffect` is neither a function nor a list
 *
 * @example
 * ```ts
 * const model = new MockPrimitive<string, string>('model', { sideEffect: [new Error('busy'), 'hello'] });
 * await new RetryPrimitive(model, { retryIf: () => true, backoff: constantBackoff(0) }).execute('hi'); // 'hello'
 * model.callCount; // 2
 * model.calls[1].context.attempt; // 2
 * ```
 */
export class MockPrimitive<I = unknown, O = unknown> extends WorkflowPrimitive<I, O> {
  override readonly kind = 'mock';
  readonly #options: MockOptions<I, O>;
  #calls: readonly MockCall<I>[] = [];

  constructor(name: string, options: MockOptions<I, O> = {}) {
    checkText(OWNER, 'name', name);
    const read = readOptions(OWNER, options, RULES);
    super(name);
    this.#options = read;
  }

  /** The calls since the construction or the last `reset`, in their order. */
  get calls(): readonly MockCall<I>[] {
    return this.#calls;
  }

  get callCount(): number {
    return this.#calls.length;
  }

  /** Forgets all calls, and begins the list of results again. */
  reset(): void {
    this.#calls = [];
  }

  protected run(input: I, context: WorkflowContext): O | PromiseLike<O> {
    const index = this.#calls.length;
    this.#calls = [...this.#calls, { input, context }];
    const { error, sideEffect, returnValue } = this.#options;
    if (error !== undefined) throw error;
    if (typeof sideEffect === 'function') return sideEffect(input, context);
    if (sideEffect === undefined) return returnValue as O; // without options the output is undefined, as it is in the original
    if (index >= sideEffect.length) {
      throw new RangeError(
        `${this.name}: call ${index + 1} has no result, because sideEffect has ${sideEffect.length}`,
      );
    }
    const result = sideEffect[index] as MockResult<O>;
    if (result instanceof Error) throw result;
    return result;
  }
}

function checkSideEffect(owner: string, name: string, value: unknown): void {
  if (typeof value === 'function' || Array.isArray(value)) return;
  throw new TypeError(refusal(owner, name, value, 'a function or an array of results and errors'));
}
