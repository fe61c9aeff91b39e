import { deriveController, endingWith, untilAborted } from '../cancellation.ts';
import type { WorkflowContext } from '../context.ts';
import { numberOption, type OptionRules, readOptions, textOption } from '../option-rules.ts';
import { checkFunction, checkNoUnknown, refusal } from '../options.ts';
import { followOutput } from '../output/follow-output.ts';
import { asPrimitive, type RunningStep, type Step, WorkflowPrimitive } from '../primitive.ts';
import { OutcomeCounts, type OutcomeStats } from './outcome-counts.ts';

/** How a saga ended: all steps succeeded, all were undone, one could not be undone, or it was cancelled before its start. */
export type CompensationOutcome = 'success' | 'compensated' | 'compensation_failed' | 'cancelled';

const OWNER = 'CompensationPrimitive';

declare module '../facts.ts' {
  interface Facts {
    /** Stated first, because every metric of a compensation is told apart by it. */
    'compensation.operation': string;
    'compensation.outcome': CompensationOutcome;
    /** How many steps were undone; stated with the outcome. */
    'compensation.undone': number;
    /** The error of one `undo`, stated as it fails. */
    'compensation.error': { readonly step: string; readonly error: unknown };
  }
}

/** One step of a saga and how it is undone. */
export interface CompensableStep<I, O> {
  readonly do: Step<I, O>;
  /**
   * Undoes a `do` that succeeded. It receives the output and the input of that `do`. Without it, there is nothing to
   * undo.
   */
  undo?(output: O, context: WorkflowContext, input: I): unknown;
}

/**
 * Creates a step of a saga. The types of `undo` are inferred from `work`.
 *
 * @throws TypeError if `work` is not a step or `undo` is not a function
 * @example
 * ```ts
 * const reserve = compensable(reserveStock, (reservation) => releaseStock(reservation));
 * ```
 */
export function compensable<I, O>(
  work: Step<I, O>,
  undo?: (output: O, context: WorkflowContext, input: I) => unknown,
): CompensableStep<I, O> {
  if (undo !== undefined) checkFunction('compensable', 'undo', undo);
  return { do: asPrimitive(work), ...(undo !== undefined && { undo }) };
}

/** Each step gets what the one before gives; only the two ends can be told in types. */
type Saga<I, O> =
  | readonly [CompensableStep<I, O>]
  | readonly [CompensableStep<I, unknown>, ...CompensableStep<never, unknown>[], CompensableStep<never, O>];

export interface CompensationOptions {
  /** Names it in metrics. @defaultValue the names of the steps */
  readonly operation?: string | undefined;
  /** How long each `undo` may take before it counts as failed, in milliseconds. @defaultValue 30_000 */
  readonly undoTimeoutMs?: number | undefined;
}

const RULES = {
  operation: textOption,
  undoTimeoutMs: numberOption({ above: 0, allowInfinity: true }, 30_000),
} satisfies OptionRules<CompensationOptions>;

const NO_OUTCOMES = { success: 0, compensated: 0, compensation_failed: 0, cancelled: 0 } as const;

interface Pair {
  readonly name: string;
  readonly forward: WorkflowPrimitive<unknown, unknown>;
  readonly undo: ((output: unknown, context: WorkflowContext, input: unknown) => unknown) | undefined;
}

interface Done extends Pair {
  readonly input: unknown;
  readonly output: unknown;
}

/**
 * A saga: runs steps one after the other. When one fails, undoes the successful ones in reverse order.
 *
 * It waits for a cancelled step, because a step that still succeeds must be undone. Undoing continues even if the
 * caller has cancelled or the deadline has passed: each `undo` has its own limit and a context without the caller's
 * signal. One failing `undo` does not stop the others.
 *
 * @throws the forward error itself when everything was undone
 * @throws AggregateError when an `undo` failed: the forward error first, then each `undo`'s, the forward error as
 * `cause`
 * @see https://dl.acm.org/doi/10.1145/38713.38742 (Garcia-Molina and Salem, Sagas, 1987)
 * @example
 * ```ts
 * const order = new CompensationPrimitive([
 *   compensable(reserveStock, (reservation) => releaseStock(reservation)),
 *   { do: chargeCard },
 * ]);
 * ```
 */
export class CompensationPrimitive<I, O> extends WorkflowPrimitive<I, O> {
  override readonly kind = 'compensation';
  protected override readonly endsWithContext = true;
  readonly #pairs: readonly Pair[];
  readonly #operation: string;
  readonly #undoTimeoutMs: number;
  readonly #counts: OutcomeCounts<CompensationOutcome>;

  constructor(steps: Saga<I, O>, options: CompensationOptions = {}) {
    if (!Array.isArray(steps)) throw new TypeError(refusal(OWNER, 'steps', steps, 'an array of { do, undo }'));
    const pairs = (steps as readonly CompensableStep<unknown, unknown>[]).map(pairOf);
    if (pairs.length === 0) throw new TypeError(`${OWNER}: it must have at least one step, but it has none`);
    const name = `compensation(${pairs.map((pair) => pair.name).join(', ')})`;
    const { operation = name, undoTimeoutMs } = readOptions(OWNER, options, RULES);
    super(name);
    this.#pairs = pairs;
    this.#operation = operation;
    this.#undoTimeoutMs = undoTimeoutMs;
    this.#counts = new OutcomeCounts(operation, NO_OUTCOMES);
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return this.#pairs.map(({ forward }) => forward);
  }

  protected async run(input: I, context: WorkflowContext, running: RunningStep): Promise<O> {
    running.note('compensation.operation', this.#operation);
    const done: Done[] = [];
    const controller = context.isAbortable ? deriveController(context, { awaitsWork: true }) : undefined;
    let value: unknown = input;
    try {
      for (const pair of this.#pairs) {
        const own = context.child(pair.name, { abortSource: controller?.abortSource });
        const output = await pair.forward.execute(value, own);
        done.push({ ...pair, input: value, output });
        value = output;
        if (context.isAborted) throw context.signal.reason;
      }
    } catch (error) {
      controller?.release();
      throw await this.#undoAll(done, context.isAborted ? context.signal.reason : error, context, running);
    }
    this.#conclude('success', running);
    const output = followOutput(value, { onEnd: () => controller?.release() }) as O;
    return endingWith(context.abortSource, output);
  }

  protected override refused(_context: WorkflowContext, running: RunningStep): void {
    running.note('compensation.operation', this.#operation);
    this.#conclude('cancelled', running);
  }

  /** How the executions so far ended. */
  getStats(): OutcomeStats<CompensationOutcome> {
    return this.#counts.snapshot();
  }

  override toString(): string {
    const { operation, total, outcomes } = this.getStats();
    const { compensated, compensation_failed: failed } = outcomes;
    return `CompensationPrimitive(${operation}: ${total} executions, ${compensated} undone, ${failed} not undone completely)`;
  }

  #conclude(outcome: CompensationOutcome, running: RunningStep): void {
    this.#counts.add(outcome);
    running.note('compensation.outcome', outcome);
  }

  /** Undoes what was done, newest first, and gives the error to throw. */
  async #undoAll(
    done: readonly Done[],
    forward: unknown,
    context: WorkflowContext,
    running: RunningStep,
  ): Promise<unknown> {
    const failures: unknown[] = [];
    const undoable = done.filter(({ undo }) => undo !== undefined);
    for (const step of undoable.toReversed()) {
      try {
        await this.#undo(step, context);
      } catch (error) {
        failures.push(error);
        running.note('compensation.error', { step: step.name, error });
      }
    }
    running.note('compensation.undone', undoable.length - failures.length);
    this.#conclude(failures.length === 0 ? 'compensated' : 'compensation_failed', running);
    if (failures.length === 0) return forward;
    const message = `${this.#operation}: ${failures.length} of ${undoable.length} steps could not be undone`;
    return new AggregateError([forward, ...failures], message, { cause: forward });
  }

  async #undo({ name, undo, input, output }: Done, context: WorkflowContext): Promise<void> {
    const controller = new AbortController();
    const { clock } = context;
    const timer = clock.setTimer(() => {
      controller.abort(new Error(`${this.#operation}: undoing ${name} took longer than ${this.#undoTimeoutMs} ms`));
    }, this.#undoTimeoutMs);
    const undoing = context.detach(`undo ${name}`, {
      signal: controller.signal,
      deadline: clock.now() + this.#undoTimeoutMs,
    });
    try {
      const work = async (): Promise<unknown> => undo?.(output, undoing, input);
      await untilAborted(undoing, work());
    } finally {
      timer.cancel();
    }
  }
}

function pairOf(pair: CompensableStep<unknown, unknown>): Pair {
  if (typeof pair !== 'object' || pair === null) throw new TypeError(refusal(OWNER, 'a step', pair, '{ do, undo }'));
  const { undo } = pair;
  if (undo === undefined)
    checkNoUnknown(OWNER, pair, { do: true, undo: true }, 'step'); // a misspelt `undo` would never be called
  else checkFunction(OWNER, 'undo', undo);
  const forward = asPrimitive(pair.do);
  return { name: forward.name, forward, undo: undo?.bind(pair) };
}
