import { deriveController, endingWith, untilAborted } from '../cancellation.ts';
import type { WorkflowContext } from '../context.ts';
import { onDeadline } from '../deadline.ts';
import { numberOption, type OptionRules, readOptions, required, textOption } from '../option-rules.ts';
import { followOutput } from '../output/follow-output.ts';
import { asOnlyWork, type RunningStep, type Step, WorkflowPrimitive } from '../primitive.ts';
import { requestOf } from '../report/recorded.ts';

const OWNER = 'BulkheadPrimitive';

declare module '../facts.ts' {
  interface Facts {
    /** Stated first, because every metric of a bulkhead is told apart by it. */
    'bulkhead.operation': string;
    'bulkhead.outcome': 'admitted' | 'queued' | 'rejected' | 'cancelled' | 'out_of_time';
    /** How long an execution waited for its place, in milliseconds. */
    'bulkhead.queuedMs': number;
    /** Stated when an execution has ended or was turned away, only where a record of the request is kept. */
    'bulkhead.places': BulkheadPlaces;
  }
}

/** How many places of a bulkhead are taken. */
export interface BulkheadPlaces {
  readonly running: number;
  readonly maxConcurrent: number;
  readonly queued: number;
  readonly maxQueued: number;
}

/** Thrown when every place and the whole queue are taken. */
export class BulkheadFullError extends Error {
  override readonly name = 'BulkheadFullError';
  readonly code = 'ERR_TTA_BULKHEAD_FULL';
  /** An immediate retry would find the bulkhead still full, so retrying within the same request is not worthwhile. */
  readonly retryable = false;
  readonly operation: string;
  readonly maxConcurrent: number;
  readonly maxQueued: number;

  constructor(operation: string, maxConcurrent: number, maxQueued: number) {
    super(`${operation}: ${maxConcurrent} executions are running and ${maxQueued} are waiting; no more are admitted`);
    this.operation = operation;
    this.maxConcurrent = maxConcurrent;
    this.maxQueued = maxQueued;
  }
}

export interface BulkheadOptions {
  /** How many executions run at once; a stream counts until it has ended, so read it to its end or cancel it. */
  readonly maxConcurrent: number;
  /** How many more may wait for a place, in order of arrival. @defaultValue 0 */
  readonly maxQueued?: number | undefined;
  /** Names it in metrics. @defaultValue the step's name */
  readonly operation?: string | undefined;
}

const RULES = {
  maxConcurrent: required(numberOption({ atLeast: 1, isInteger: true })),
  maxQueued: numberOption({ atLeast: 0, isInteger: true, allowInfinity: true }, 0),
  operation: textOption,
} satisfies OptionRules<BulkheadOptions>;

export interface BulkheadStats {
  readonly operation: string;
  /** All executions, with those that wait. Each is `queued`, `admitted`, `rejected` or `left`. */
  readonly total: number;
  readonly running: number;
  readonly queued: number;
  readonly admitted: number;
  readonly rejected: number;
  /** Executions that were cancelled or out of time before they had a place. */
  readonly left: number;
}

/**
 * Limits how many executions of a step run at once. One slow dependency then cannot use up all sockets and memory.
 *
 * @throws BulkheadFullError at once when the queue is full
 * @throws the context's abort reason when cancelled while waiting, a `DOMException` named `TimeoutError` when its deadline passes
 * @example
 * ```ts
 * const polite = new BulkheadPrimitive(callModel, { maxConcurrent: 20, maxQueued: 100 });
 * ```
 */
export class BulkheadPrimitive<I, O> extends WorkflowPrimitive<I, O> {
  override readonly kind = 'bulkhead';
  protected override readonly endsWithContext = true;
  readonly #step: WorkflowPrimitive<I, O>;
  readonly #operation: string;
  readonly #maxConcurrent: number;
  readonly #maxQueued: number;
  readonly #queue = new Set<() => void>();
  #running = 0;
  #admitted = 0;
  #rejected = 0;
  #left = 0;
  #total = 0;

  constructor(work: Step<I, O>, options: BulkheadOptions) {
    const inner = asOnlyWork(work);
    const { maxConcurrent, maxQueued, operation = inner.name } = readOptions(OWNER, options, RULES);
    super(`bulkhead(${inner.name})`);
    this.#step = inner;
    this.#operation = operation;
    this.#maxConcurrent = maxConcurrent;
    this.#maxQueued = maxQueued;
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return [this.#step];
  }

  protected async run(input: I, context: WorkflowContext, running: RunningStep): Promise<O> {
    this.#total += 1;
    running.note('bulkhead.operation', this.#operation);
    if (this.#running < this.#maxConcurrent) {
      this.#running += 1;
      running.note('bulkhead.outcome', 'admitted');
    } else {
      await this.#queueUp(context, running);
    }
    this.#admitted += 1;
    return endingWith(context.abortSource, this.#work(input, context, running));
  }

  /** Keeps its place until the work has really ended, even if the caller left earlier. */
  async #work(input: I, context: WorkflowContext, running: RunningStep): Promise<O> {
    const controller = context.isAbortable ? deriveController(context, { awaitsWork: true }) : undefined;
    const own = controller && context.child(this.#operation, { abortSource: controller.abortSource });
    const onEnd = (): void => {
      controller?.release();
      this.#leave();
      this.#statePlaces(context, running);
    };
    try {
      return followOutput(await this.#step.execute(input, own ?? context), { onEnd });
    } catch (error) {
      onEnd();
      throw error;
    }
  }

  protected override refused(_context: WorkflowContext, running: RunningStep): void {
    this.#total += 1;
    running.note('bulkhead.operation', this.#operation);
    this.#left += 1;
    running.note('bulkhead.outcome', 'cancelled');
  }

  getStats(): BulkheadStats {
    return {
      operation: this.#operation,
      total: this.#total,
      running: this.#running,
      queued: this.#queue.size,
      admitted: this.#admitted,
      rejected: this.#rejected,
      left: this.#left,
    };
  }

  override toString(): string {
    return `BulkheadPrimitive(${this.#operation}: ${this.#running}/${this.#maxConcurrent} running, ${this.#queue.size} queued)`;
  }

  async #queueUp(context: WorkflowContext, running: RunningStep): Promise<void> {
    if (this.#queue.size >= this.#maxQueued) {
      this.#rejected += 1;
      running.note('bulkhead.outcome', 'rejected');
      this.#statePlaces(context, running);
      throw new BulkheadFullError(this.#operation, this.#maxConcurrent, this.#maxQueued);
    }
    const startedAt = context.clock.now();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#queue.add(resolve);
    const forgetDeadline = onDeadline(context, reject);
    try {
      await untilAborted(context, promise);
    } catch (reason) {
      // Left before or after a place was given to it: either way the place must not be lost.
      if (!this.#queue.delete(resolve)) this.#leave();
      this.#left += 1;
      running.note('bulkhead.outcome', context.isAborted ? 'cancelled' : 'out_of_time');
      throw reason;
    } finally {
      forgetDeadline();
    }
    running.note('bulkhead.queuedMs', context.clock.now() - startedAt);
    running.note('bulkhead.outcome', 'queued');
  }

  #statePlaces(context: WorkflowContext, { note }: RunningStep): void {
    if (requestOf(context) === undefined) return;
    note('bulkhead.places', {
      running: this.#running,
      maxConcurrent: this.#maxConcurrent,
      queued: this.#queue.size,
      maxQueued: this.#maxQueued,
    });
  }

  /** Passes the place on to the execution that has waited longest. */
  #leave(): void {
    const [next] = this.#queue;
    if (next === undefined) {
      this.#running -= 1;
      return;
    }
    this.#queue.delete(next);
    next();
  }
}
