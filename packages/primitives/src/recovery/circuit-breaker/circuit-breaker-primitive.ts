import { untilAborted } from '../../cancellation.ts';
import type { WorkflowContext } from '../../context.ts';
import type { FailureKind } from '../../failure/failure.ts';
import { failureOf } from '../../failure/failure-of.ts';
import { functionOption, methodsOption, type OptionRules, readOptions, textOption } from '../../option-rules.ts';
import { checkedVerdict, checkNoUnknown } from '../../options.ts';
import { followOutput } from '../../output/follow-output.ts';
import { holdsOngoing } from '../../output/kinds.ts';
import { asOnlyWork, type RunningStep, type Step, WorkflowPrimitive } from '../../primitive.ts';
import { type CallResult, CircuitBreaker, type Permit } from './circuit-breaker.ts';
import { CIRCUIT_RULES, type CircuitBreakerOptions } from './circuit-breaker-options.ts';
import { isCircuitOpenError } from './circuit-open-error.ts';
import type { CircuitState, CircuitTransition } from './circuit-state.ts';

/** What an execution behind a circuit came to; a `stale` result belongs to a state that has passed and counts for nothing. */
export type CircuitOutcome = 'success' | 'failure' | 'ignored' | 'cancelled' | 'stale' | 'rejected';

const OWNER = 'CircuitBreakerPrimitive';

declare module '../../facts.ts' {
  interface Facts {
    /** Stated first, because every metric of a circuit is told apart by it. */
    'circuit.operation': string;
    /** The state that the execution left behind. */
    'circuit.state': CircuitState;
    'circuit.outcome': CircuitOutcome;
    /** A change of state that this execution brought about. */
    'circuit.transition': CircuitTransition;
  }
}

export interface CircuitBreakerPrimitiveOptions extends CircuitBreakerOptions {
  /**
   * A circuit to share with other primitives. It has its own settings, so no other circuit option may be set with it.
   * @defaultValue a circuit of its own
   */
  readonly breaker?: CircuitBreaker | undefined;
  /**
   * Whether an error says that the dependency is in trouble; any other counts as an answer. If it throws or returns a
   * promise, the error is a failure. @defaultValue all but a wrong request, a refused key and a withheld answer
   */
  readonly isFailure?: ((error: unknown) => boolean) | undefined;
  /** Names it in metrics and errors. @defaultValue the step's name */
  readonly operation?: string | undefined;
}

type SharingOptions = Pick<CircuitBreakerPrimitiveOptions, 'breaker' | 'isFailure' | 'operation'>;

/** What is left to set when the circuit is shared. */
const SHARING = {
  breaker: methodsOption('acquire', 'answered', 'settle'),
  isFailure: functionOption(isDependencyFailure),
  operation: textOption,
} satisfies OptionRules<SharingOptions>;

export interface CircuitBreakerStats {
  readonly operation: string;
  /** Executions that have ended: the sum of all outcomes. */
  readonly total: number;
  readonly state: CircuitState;
  readonly successes: number;
  readonly failures: number;
  readonly ignored: number;
  readonly cancelled: number;
  readonly stale: number;
  readonly rejected: number;
}

/**
 * Stops calling a step that keeps failing, and probes with a few calls until it recovers.
 *
 * Cancellations count neither as failures nor as successes, and return their permit. Put a timeout inside the circuit, because a
 * timeout around it cancels. A stream counts when it has ended. Put the circuit inside a retry: the retry then asks it before
 * every attempt.
 *
 * @throws CircuitOpenError, without calling the step, while the circuit is open
 * @example
 * ```ts
 * const guarded = new CircuitBreakerPrimitive(callModel, { failureThreshold: 3, recoveryMs: 10_000 });
 * ```
 */
export class CircuitBreakerPrimitive<I, O> extends WorkflowPrimitive<I, O> {
  override readonly kind = 'circuit_breaker';
  protected override readonly endsWithContext = true;
  /** The circuit itself: its state, `reset()` and `isolate()`. */
  readonly breaker: CircuitBreaker;
  readonly #step: WorkflowPrimitive<I, O>;
  readonly #operation: string;
  readonly #isFailure: (error: unknown) => boolean;
  readonly #counts: Record<CircuitOutcome, number> = {
    success: 0,
    failure: 0,
    ignored: 0,
    cancelled: 0,
    stale: 0,
    rejected: 0,
  };

  constructor(work: Step<I, O>, options: CircuitBreakerPrimitiveOptions = {}) {
    const inner = asOnlyWork(work);
    checkNoUnknown(OWNER, options, { ...CIRCUIT_RULES, ...SHARING });
    if (options.breaker !== undefined) checkNoUnknown(`${OWNER} with a breaker`, options, SHARING);
    const { breaker: shared, isFailure: judge, operation: name, ...settings } = options;
    const sharing = readOptions(OWNER, { breaker: shared, isFailure: judge, operation: name }, SHARING);
    const { breaker = new CircuitBreaker(settings), isFailure, operation = inner.name } = sharing;
    super(`circuit_breaker(${inner.name})`);
    this.breaker = breaker;
    this.#step = inner;
    this.#operation = operation;
    this.#isFailure = isFailure;
  }

  get state(): CircuitState {
    return this.breaker.state;
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return [this.#step];
  }

  protected async run(input: I, context: WorkflowContext, running: RunningStep): Promise<O> {
    running.note('circuit.operation', this.#operation);
    const permit = this.#acquire(running);
    try {
      const output = await untilAborted(context, this.#step.execute(input, context));
      if (holdsOngoing(output)) return this.#follow(output, permit, context, running);
      this.#settle(permit, SUCCESS, running);
      return output;
    } catch (error) {
      this.#settleFailed(permit, error, context, running);
      throw error;
    }
  }

  protected override refused(_context: WorkflowContext, running: RunningStep): void {
    running.note('circuit.operation', this.#operation);
    this.#conclude('cancelled', running);
  }

  getStats(): CircuitBreakerStats {
    const { success, failure, ignored, cancelled, stale, rejected } = this.#counts;
    return {
      operation: this.#operation,
      total: success + failure + ignored + cancelled + stale + rejected,
      state: this.state,
      successes: success,
      failures: failure,
      ignored,
      cancelled,
      stale,
      rejected,
    };
  }

  override toString(): string {
    const { success, failure, rejected } = this.#counts;
    return `CircuitBreakerPrimitive(${this.#operation}: ${this.state}, ${success} ok, ${failure} failed, ${rejected} rejected)`;
  }

  #acquire(running: RunningStep): Permit {
    try {
      return this.breaker.acquire(this.#operation, running.note);
    } catch (error) {
      if (isCircuitOpenError(error)) this.#conclude('rejected', running);
      throw error;
    }
  }

  #follow(stream: O & object, permit: Permit, context: WorkflowContext, running: RunningStep): O {
    this.breaker.answered(permit);
    return followOutput(stream, {
      onEnd: (end) => {
        if (end.kind === 'failed') this.#settleFailed(permit, end.error, context, running);
        else this.#settle(permit, end.kind === 'left' ? CANCELLED : SUCCESS, running);
      },
    });
  }

  #settleFailed(permit: Permit, error: unknown, context: WorkflowContext, running: RunningStep): void {
    if (context.isAborted) {
      this.#settle(permit, CANCELLED, running);
      return;
    }
    let isFailure: boolean;
    try {
      isFailure = checkedVerdict(OWNER, 'isFailure', this.#isFailure(error));
    } catch (mistake) {
      this.#settle(permit, { kind: 'failure', error: mistake }, running);
      throw mistake;
    }
    this.#settle(permit, isFailure ? { kind: 'failure', error } : IGNORED, running);
  }

  #settle(permit: Permit, result: CallResult, running: RunningStep): void {
    const verdict = this.breaker.settle(permit, result, running.note);
    this.#conclude(verdict === 'stale' ? 'stale' : result.kind, running);
  }

  #conclude(outcome: CircuitOutcome, running: RunningStep): void {
    this.#counts[outcome] += 1;
    running.note('circuit.state', this.state);
    running.note('circuit.outcome', outcome);
  }
}

const SUCCESS: CallResult = { kind: 'success' };
const IGNORED: CallResult = { kind: 'ignored' };
const CANCELLED: CallResult = { kind: 'cancelled' };

/** A wrong request or a refused key is the caller's failure; everything else is the dependency's. */
const TROUBLE_OF_CALLER: ReadonlySet<FailureKind | undefined> = new Set([
  'authentication',
  'permission',
  'not_found',
  'invalid_request',
  'too_large',
  'context_length',
  'content_filter',
]);

function isDependencyFailure(error: unknown): boolean {
  return !TROUBLE_OF_CALLER.has(failureOf(error)?.kind);
}
