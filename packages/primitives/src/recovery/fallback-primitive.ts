import { untilAborted } from '../cancellation.ts';
import type { WorkflowContext } from '../context.ts';
import { AllFailedError } from '../failure/all-failed-error.ts';
import { booleanOption, functionOption, type OptionRules, readOptions, textOption } from '../option-rules.ts';
import { checkedVerdict } from '../options.ts';
import { firstChunkOf } from '../output/first-chunk.ts';
import { isOngoing } from '../output/kinds.ts';
import { asPrimitive, type RunningStep, type Step, WorkflowPrimitive } from '../primitive.ts';
import { OutcomeCounts, type OutcomeStats } from './outcome-counts.ts';

/**
 * How a fallback ended: the primary answered, an alternative answered, all failed, `when` did not apply, or the caller left. `error` means
 * that `when` itself threw.
 */
export type FallbackOutcome = 'primary' | 'alternative' | 'exhausted' | 'not_applicable' | 'cancelled' | 'error';

const OWNER = 'FallbackPrimitive';

declare module '../facts.ts' {
  interface Facts {
    /** Stated first, because every metric of a fallback is told apart by it. */
    'fallback.operation': string;
    'fallback.outcome': FallbackOutcome;
    /** The name of the alternative that answered. */
    'fallback.alternative': string;
    /** The error of the primary or of an alternative, stated as it fails. */
    'fallback.error': { readonly step: string; readonly error: unknown };
  }
}

export interface FallbackOptions {
  /**
   * Whether to try an alternative after this failure. Other failures, and errors that `when` throws, are thrown at once. It must not return
   * a promise. @defaultValue always
   */
  readonly when?: ((error: unknown) => boolean) | undefined;
  /**
   * Whether to wait for the first chunk of a stream, and to try an alternative if the stream fails before that. Set it
   * to false if the stream must be handed over at once. @defaultValue true
   */
  readonly awaitFirstChunk?: boolean | undefined;
  /** Names it in metrics. @defaultValue the primary's name */
  readonly operation?: string | undefined;
}

const RULES = {
  when: functionOption(() => true),
  awaitFirstChunk: booleanOption(true),
  operation: textOption,
} satisfies OptionRules<FallbackOptions>;

const NO_OUTCOMES = { primary: 0, alternative: 0, exhausted: 0, not_applicable: 0, cancelled: 0, error: 0 } as const;

/** What a fallback gives: what the primary gives, or what any of the alternatives does. */
type Alternatives<I, F> = Step<I, F> | readonly Step<I, F>[];

/**
 * Asks alternatives, one after the other, when the primary step fails.
 *
 * A cancelled call is never answered by an alternative: the context's abort reason is thrown at once. A stream is
 * handed over after its first chunk. It is not replaced after that, because its reader has seen a part of it.
 *
 * @throws AllFailedError, an `AggregateError`, when all fail: `errors` in the order asked, the primary's error as
 * `cause`, and the `status`, `headers` and `retryAfterMs` of the error that is likely to pass first
 * @throws the error itself when `when` does not apply to it
 * @example
 * ```ts
 * const chat = new FallbackPrimitive(askLargeModel, [askSmallModel, () => 'Please try again later.']);
 * ```
 */
export class FallbackPrimitive<I, O, F = O> extends WorkflowPrimitive<I, O | F> {
  override readonly kind = 'fallback';
  protected override readonly endsWithContext = true;
  readonly #primary: WorkflowPrimitive<I, O>;
  readonly #alternatives: readonly WorkflowPrimitive<I, F>[];
  readonly #when: (error: unknown) => boolean;
  readonly #awaitsFirstChunk: boolean;
  readonly #operation: string;
  readonly #counts: OutcomeCounts<FallbackOutcome>;

  constructor(primary: Step<I, O>, alternatives: Alternatives<I, F>, options: FallbackOptions = {}) {
    const first = asPrimitive(primary);
    const others = (isList(alternatives) ? alternatives : [alternatives]).map((step) => asPrimitive(step));
    const { when, awaitFirstChunk, operation = first.name } = readOptions(OWNER, options, RULES);
    if (others.length === 0) throw new TypeError(`${OWNER}: it must have at least one alternative, but it has none`);
    super(`fallback(${[first, ...others].map(({ name }) => name).join(', ')})`);
    this.#primary = first;
    this.#alternatives = others;
    this.#when = when;
    this.#awaitsFirstChunk = awaitFirstChunk;
    this.#operation = operation;
    this.#counts = new OutcomeCounts(operation, NO_OUTCOMES);
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return [this.#primary, ...this.#alternatives];
  }

  protected async run(input: I, context: WorkflowContext, running: RunningStep): Promise<O | F> {
    running.note('fallback.operation', this.#operation);
    const errors: unknown[] = [];
    for (const step of [this.#primary, ...this.#alternatives]) {
      try {
        const given = await untilAborted<O | F>(context, step.execute(input, context));
        const output = this.#awaitsFirstChunk && isOngoing(given) ? await firstChunkOf(given, context) : given;
        if (errors.length > 0) running.note('fallback.alternative', step.name);
        this.#conclude(errors.length === 0 ? 'primary' : 'alternative', running);
        return output;
      } catch (error) {
        if (context.isAborted) {
          this.#conclude('cancelled', running);
          throw context.signal.reason;
        }
        errors.push(error);
        running.note('fallback.error', { step: step.name, error });
        if (!this.#applies(error, running)) {
          this.#conclude('not_applicable', running);
          throw error;
        }
      }
    }
    this.#conclude('exhausted', running);
    const message = `${this.#operation}: the primary and every alternative failed`;
    throw new AllFailedError(errors, message, context.clock.epochMs());
  }

  protected override refused(_context: WorkflowContext, running: RunningStep): void {
    running.note('fallback.operation', this.#operation);
    this.#conclude('cancelled', running);
  }

  /** How the executions so far ended. */
  getStats(): OutcomeStats<FallbackOutcome> {
    return this.#counts.snapshot();
  }

  override toString(): string {
    const { operation, total, outcomes } = this.getStats();
    return `FallbackPrimitive(${operation}: ${total} executions, ${outcomes.alternative} answered by an alternative, ${outcomes.exhausted} by none)`;
  }

  #conclude(outcome: FallbackOutcome, running: RunningStep): void {
    this.#counts.add(outcome);
    running.note('fallback.outcome', outcome);
  }

  #applies(error: unknown, running: RunningStep): boolean {
    try {
      return checkedVerdict(OWNER, 'when', this.#when(error));
    } catch (mistake) {
      this.#conclude('error', running);
      throw mistake;
    }
  }
}

function isList<I, F>(alternatives: Alternatives<I, F>): alternatives is readonly Step<I, F>[] {
  return Array.isArray(alternatives);
}
