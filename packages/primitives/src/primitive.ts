import './supported-node.ts';
import { endingWith } from './cancellation.ts';
import { type ParallelOptions, runBranches } from './compose/branches.ts';
import { WorkflowContext } from './context.ts';
import { describePrimitive, type WorkflowDescription } from './describe.ts';
import type { Ending } from './ending.ts';
import type { NoteFact } from './facts.ts';
import {
  beginFollowing,
  endFollowing,
  type FollowingObserver,
  guardedNote,
  soleFollower,
  startFollowed,
} from './following.ts';
import { isObserved, observed, type Registration } from './observer.ts';
import { refusal } from './options.ts';
import { followOutput } from './output/follow-output.ts';
import type { OutputEnd } from './output/gate.ts';
import type { ContextRecord } from './report/context-record.ts';
import { areReportsObserved } from './report/observe-reports.ts';
import { recorded } from './report/recorded.ts';
import type { TreeRecord } from './report/tree-record.ts';
import { Running, type RunningStep, UNOBSERVED } from './running-step.ts';

export type { RunningStep } from './running-step.ts';

/** A plain function as a step. */
export type StepFunction<I, O> = (input: I, context: WorkflowContext) => O | PromiseLike<O>;

/** Anything accepted as a unit of work: a primitive, or a plain function, synchronous or not. */
export type Step<I, O> = WorkflowPrimitive<I, O> | StepFunction<I, O>;

/**
 * A unit of work with typed input and output: the one place where work is observed and cancelled.
 *
 * Extend it by writing `run`; never override `execute`. Primitives are immutable to their users and can run any number
 * of executions at once. They are never thenable, so `await primitive` returns the primitive.
 *
 * @example
 * ```ts
 * class Shout extends WorkflowPrimitive<string, string> {
 *   override readonly kind = 'shout';
 *   protected run(text: string): string {
 *     return text.toUpperCase();
 *   }
 * }
 * await new Shout('shout').pipe((text) => `${text}!`).execute('hello'); // 'HELLO!'
 * ```
 */
export abstract class WorkflowPrimitive<I, O> {
  readonly name: string;
  /** The kind of primitive, one word of the code and not of its user: `timeout`, `cache`, `sequence`. */
  readonly kind: string = 'primitive';
  /**
   * Whether `run` itself settles as soon as its context is cancelled, because it only waits for other primitives and for things that listen
   * to the context. For every other primitive `execute` does this.
   */
  protected readonly endsWithContext: boolean = false;
  /** Whether it is a plain function that is the whole work of the primitive around it. */
  protected readonly isOnlyWork: boolean = false;

  protected constructor(name: string) {
    this.name = name;
  }

  /** The primitives inside this one, outermost first. Override this if there are any. */
  get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return [];
  }

  /** What this primitive promises, in one sentence; undefined if it promises nothing by itself. For {@link describe}. */
  get promise(): string | undefined {
    return undefined;
  }

  /** Problems of this primitive that it knows by itself, one sentence each; for {@link describe}. */
  get warnings(): readonly string[] {
    return [];
  }

  /**
   * Describes what this primitive is made of, with a warning for each harmful order: a cache inside a retry, a retry or
   * a fallback inside a circuit breaker, a retry inside a retry, a timeout for each attempt but not for all of them
   * together, or a circuit breaker with a timeout only outside it. A primitive may add warnings of its own: a timeout
   * does when its stream limits never apply.
   *
   * @example
   * ```ts
   * for (const warning of workflow.describe().warnings) log.warn(warning);
   * ```
   */
  describe(): WorkflowDescription {
    return describePrimitive(this as WorkflowPrimitive<never, unknown>);
  }

  /**
   * Runs the work once.
   *
   * @param context - @defaultValue a new context
   * @returns the output; a stream is handed over at once, while the execution counts as running until the stream has
   * ended. It ends when it is read to its end, fails, is cancelled by its reader, or when `context.signal` aborts: then
   * its source is closed, and its reader gets the reason
   * @throws TypeError if `context` is not a WorkflowContext; the step's own error, untouched; and
   * `context.signal.reason` itself, at once, when that is aborted before the start or while the step runs
   */
  execute(input: I, context: WorkflowContext = new WorkflowContext()): Promise<O> {
    if (!isContext(context)) {
      return Promise.reject(new TypeError(refusal(this.kind, 'context', context, 'a WorkflowContext')));
    }
    const { record } = context;
    if (areReportsObserved() && isOutsideReports(record)) return this.execute(input, recorded(context));
    if (!isObserved(context)) return this.#executeUnobserved(input, context);
    const follower = soleFollower(context);
    return follower === undefined
      ? this.#executeObserved(input, context)
      : this.#executeFollowed(follower, input, context);
  }

  #executeUnobserved(input: I, context: WorkflowContext): Promise<O> {
    const { record } = context;
    if (record === undefined) return this.#start(input, context, UNOBSERVED);
    return record.isFlat
      ? this.#start(input, context, new Running(record.note))
      : this.#executeRecorded(input, context, record);
  }

  /** The work itself. Pass `context` on to everything that can be cancelled, and state facts with `step.note`. */
  protected abstract run(input: I, context: WorkflowContext, step: RunningStep): O | PromiseLike<O>;

  /** Called instead of `run` when the context was aborted before the start; for primitives that count their calls. */
  protected refused(_context: WorkflowContext, _step: RunningStep): void {}

  /** Hands on the promise of `run` as it is: an async function here would cost every step three turns of the queue. */
  #start(input: I, context: WorkflowContext, step: RunningStep): Promise<O> {
    try {
      const { abortSource } = context;
      if (abortSource?.isAborted === true) {
        this.refused(context, step);
        return Promise.reject(abortSource.reason);
      }
      const output = this.run(input, context, step);
      const isEnded = this.endsWithContext || abortSource === undefined || abortSource.awaitsWork === true;
      return Promise.resolve(isEnded ? output : endingWith(abortSource, output)) as Promise<O>;
    } catch (error) {
      const isLeft = context.isAborted && context.abortSource?.awaitsWork !== true;
      return Promise.reject(isLeft ? context.signal.reason : error);
    }
  }

  #executeRecorded(input: I, context: WorkflowContext, outer: TreeRecord): Promise<O> {
    const { clock } = context;
    const record = outer.begin(this, clock.now());
    if (record === undefined) return this.#start(input, context, new Running(outer.note));
    const output = this.#start(input, context.within(record), new Running(record.note));
    return followed(output, (end) => record.end(endingOf(end, context), clock.now()));
  }

  #executeFollowed(follower: Registration<FollowingObserver>, input: I, context: WorkflowContext): Promise<O> {
    const { kind, name, isOnlyWork } = this;
    const watch = beginFollowing(follower, { kind, name, context, isOnlyWork });
    if (watch === undefined) return this.#executeUnobserved(input, context);
    const { clock, record: outer } = context;
    const begun = outer?.isFlat === false ? outer.begin(this, clock.now()) : undefined;
    const record = begun ?? outer;
    const inner = begun === undefined ? context : context.within(begun);
    const note = guardedNote(watch, follower);
    const step = new Running(record === undefined ? note : noteBoth(note, record.note));
    // The output is followed where the work starts, because what reads a stream runs in the context of that.
    const work = (): Promise<O> =>
      followed(this.#start(input, inner, step), (end) => {
        const ending = endingOf(end, context);
        begun?.end(ending, clock.now());
        endFollowing(watch, follower, ending);
      });
    return watch.around === undefined ? work() : startFollowed(watch, follower, work);
  }

  #executeObserved(input: I, context: WorkflowContext): Promise<O> {
    let output: Promise<O> | undefined;
    let given: { readonly input: I } | undefined = { input };
    observed({ kind: this.kind, name: this.name, context, isOnlyWork: this.isOnlyWork }, (note) => {
      const { input: own } = given as { readonly input: I };
      given = undefined; // the closures below live as long as the work, which may never end; the input need not
      const { promise, resolve } = Promise.withResolvers<Ending>();
      const { clock, record: outer } = context;
      const begun = outer?.isFlat === false ? outer.begin(this, clock.now()) : undefined;
      const record = begun ?? outer;
      const inner = begun === undefined ? context : context.within(begun);
      const step = new Running(record === undefined ? note : noteBoth(note, record.note));
      output = followed(this.#start(own, inner, step), (end) => {
        const ending = endingOf(end, context);
        begun?.end(ending, clock.now());
        resolve(ending);
      });
      return promise;
    });
    return output as unknown as Promise<O>; // `observed` calls the work exactly once before it returns
  }

  /** Runs this step, then `next` with its output: the original's `a >> b`. Longer pipes stay one flat sequence. */
  pipe<N>(next: Step<O, N>): WorkflowPrimitive<I, N> {
    return new SequencePrimitive<I, N>([...stepsOf(this), ...stepsOf(asPrimitive(next))]);
  }

  /**
   * Runs this step and `other` side by side on the same input: the original's `a | b`; `a.par(b).par(c)` gives
   * `[A, B, C]`. Leave the type of a `par` inferred: under a wider one (`WorkflowPrimitive`) the compiler cannot see
   * that the next `par` lengthens it.
   */
  par<N, Outputs extends readonly unknown[]>(
    this: ParallelPrimitive<I, Outputs>,
    other: Step<I, N>,
  ): ParallelPrimitive<I, [...Outputs, N]>;
  par<N>(other: Step<I, N>): ParallelPrimitive<I, [O, N]>;
  par(other: Step<I, unknown>): ParallelPrimitive<I, unknown[]> {
    return this instanceof ParallelPrimitive && this.isTuple
      ? new ParallelPrimitive([...(this.branches as AnyPrimitive<I>[]), asPrimitive(other)], this.options)
      : new ParallelPrimitive([this, asPrimitive(other)]);
  }
}

/** A context of another copy of this package is one too. */
function isContext(context: unknown): context is WorkflowContext {
  return typeof (context as WorkflowContext | null)?.child === 'function';
}

/** Whether what is recorded here is in no report that is still to come. */
function isOutsideReports(record: ContextRecord | undefined): boolean {
  return record === undefined || (!record.isFlat && !record.tree.isOpen);
}

type AnyPrimitive<I> = WorkflowPrimitive<I, unknown>;

/** Follows the output of a promise to its real end. */
function followed<O>(output: Promise<O>, onEnd: (end: OutputEnd) => void): Promise<O> {
  return output.then(
    (value) => followOutput(value, { onEnd }),
    (error: unknown) => {
      onEnd({ kind: 'failed', error });
      throw error;
    },
  );
}

function noteBoth(first: NoteFact, second: NoteFact): NoteFact {
  return (name, value) => {
    first(name, value);
    second(name, value);
  };
}

function endingOf(end: OutputEnd, context: WorkflowContext): Ending {
  if (end.kind === 'complete') return { status: 'success' };
  if (end.kind === 'left') return { status: 'cancelled', error: end.reason };
  // SDKs translate the abort reason into errors of their own, so any failure after the abort counts as its consequence.
  return { status: context.isAborted ? 'cancelled' : 'error', error: end.error };
}

/** A plain function as a primitive; see {@link step}. */
class FunctionPrimitive<I, O> extends WorkflowPrimitive<I, O> {
  override readonly kind = 'step';
  protected override readonly isOnlyWork: boolean;
  readonly #work: StepFunction<I, O>;

  constructor(name: string, work: StepFunction<I, O>, isOnlyWork = false) {
    super(name);
    this.isOnlyWork = isOnlyWork;
    this.#work = work;
  }

  protected run(input: I, context: WorkflowContext): O | PromiseLike<O> {
    return this.#work(input, context);
  }
}

/**
 * Gives a plain function a name, which spans show.
 *
 * @example
 * ```ts
 * const shout = step('shout', (text: string) => text.toUpperCase());
 * ```
 */
export function step<I, O>(name: string, work: StepFunction<I, O>): WorkflowPrimitive<I, O> {
  if (typeof name !== 'string') throw new TypeError(`step: the name must be a string, but it is ${typeof name}`);
  return new FunctionPrimitive(name, checkedFunction(work));
}

/** Any step as a primitive: a primitive stays itself, also one from another copy of this package; a function is wrapped. */
export function asPrimitive<I, O>(work: Step<I, O>): WorkflowPrimitive<I, O> {
  if (typeof work === 'object' && work !== null && typeof work.execute === 'function') return work;
  return new FunctionPrimitive((work as StepFunction<I, O>)?.name || 'step', checkedFunction(work));
}

/** The same for a primitive that does one step's work: a plain function then has no span of its own, which would be its twin. */
export function asOnlyWork<I, O>(work: Step<I, O>, name?: string): WorkflowPrimitive<I, O> {
  if (typeof work !== 'function') return asPrimitive(work);
  return new FunctionPrimitive(name ?? (work.name || 'step'), work, true);
}

function checkedFunction<I, O>(work: unknown): StepFunction<I, O> {
  if (typeof work !== 'function') {
    throw new TypeError(`a step must be a function or a primitive, but it is ${work === null ? 'null' : typeof work}`);
  }
  return work as StepFunction<I, O>;
}

/** Steps one after the other, each with the output of the one before; made by `sequence` and `pipe`. */
export class SequencePrimitive<I, O> extends WorkflowPrimitive<I, O> {
  override readonly kind: string = 'sequence';
  protected override readonly endsWithContext = true;
  readonly steps: readonly WorkflowPrimitive<unknown, unknown>[];

  constructor(steps: readonly WorkflowPrimitive<never, unknown>[], name?: string) {
    super(name ?? steps.map((step) => step.name).join(' > '));
    this.steps = steps as readonly WorkflowPrimitive<unknown, unknown>[];
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return this.steps;
  }

  protected async run(input: I, context: WorkflowContext): Promise<O> {
    let value: unknown = input;
    for (const next of this.steps) value = await next.execute(value, context);
    return value as O;
  }
}

/** The steps of a sequence that has no name of its own, and any other primitive as a sequence of one: sequences never nest. */
export function stepsOf(primitive: WorkflowPrimitive<never, unknown>): readonly WorkflowPrimitive<never, unknown>[] {
  return primitive instanceof SequencePrimitive && primitive.kind === 'sequence' ? primitive.steps : [primitive];
}

/** Steps side by side on the same input; made by `parallel` and `par`. */
export class ParallelPrimitive<I, O> extends WorkflowPrimitive<I, O> {
  override readonly kind = 'parallel';
  protected override readonly endsWithContext = true;
  readonly branches: readonly AnyPrimitive<I>[] | Readonly<Record<string, AnyPrimitive<I>>>;
  readonly options: ParallelOptions;

  constructor(branches: ParallelPrimitive<I, O>['branches'], options: ParallelOptions = {}) {
    super(
      Object.values(branches)
        .map(({ name }) => name)
        .join(' | '),
    );
    this.branches = branches;
    this.options = options;
  }

  /** Whether its output is the tuple of its branches' outputs, which `par` may lengthen. */
  get isTuple(): boolean {
    return Array.isArray(this.branches) && (this.options.mode ?? 'fail-fast') === 'fail-fast';
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return Object.values(this.branches) as AnyPrimitive<I>[];
  }

  protected run(input: I, context: WorkflowContext): Promise<O> {
    return runBranches(this.branches, input, context, this.options) as Promise<O>;
  }
}
