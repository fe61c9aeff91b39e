import { randomUUID } from 'node:crypto';
import { type AbortSource, LazyController } from './abort-source.ts';
import { type Clock, systemClock } from './clock.ts';
import {
  abortSourceOf,
  type ChildContextInit,
  checkGiven,
  checkInit,
  type WorkflowContextInit,
} from './context-init.ts';
import type { CarriedObserver, ContextRecord } from './report/context-record.ts';

/** A named instant of a workflow, in milliseconds since the workflow began. */
export interface Checkpoint {
  readonly name: string;
  readonly elapsedMs: number;
}

/** Where a context comes from, unless it is a root. */
interface Lineage {
  readonly parent: WorkflowContext;
  readonly name: string;
  readonly isDetached: boolean;
}

/** The same context with other listeners. */
interface Within {
  readonly context: WorkflowContext;
  readonly record: ContextRecord | undefined;
  readonly observers: readonly CarriedObserver[];
}

/** Keeps only the newest checkpoints, to bound the size of a long-lived context. */
const MAX_CHECKPOINTS = 1_000;

const NOTHING: Readonly<Record<string, never>> = Object.freeze({});

const NOTHING_GIVEN: Given = {
  workflowId: undefined,
  sessionId: undefined,
  tenantId: undefined,
  userId: undefined,
  correlationId: undefined,
  tags: NOTHING,
  baggage: NOTHING,
  metadata: NOTHING,
  state: undefined,
};

const NO_OBSERVERS: readonly CarriedObserver[] = Object.freeze([]);

const forgetNothing = (): void => {};

/** What a context and all its children share; what was not given is made here when first asked for. */
interface Run {
  readonly clock: Clock;
  readonly startedAt: number;
  readonly checkpoints: Checkpoint[];
  workflowId?: string;
  correlationId?: string;
  state?: Map<string, unknown>;
  abortSource?: AbortSource;
}

/** What was given to a context, or to those it comes from; a child with nothing of its own shares its parent's object. */
interface Given {
  readonly workflowId: string | undefined;
  readonly sessionId: string | undefined;
  readonly tenantId: string | undefined;
  readonly userId: string | undefined;
  readonly correlationId: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly baggage: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly state: Map<string, unknown> | undefined;
}

/**
 * Travels inward with an execution: identity, cancellation, the deadline and shared state.
 *
 * `execute()` creates one if you pass none. A context is cheap, because it creates most of its parts only when they are
 * read.
 *
 * @example
 * ```ts
 * const context = new WorkflowContext({ tenantId: 'acme', signal: AbortSignal.timeout(30_000) });
 * await workflow.execute(input, context);
 * ```
 */
export class WorkflowContext {
  /** The path of child names that leads here, joined by `/`; empty for a root. */
  readonly name: string;
  /** The instant work is due, in `clock.now()` milliseconds. `Infinity` without a deadline. */
  readonly deadline: number;
  /** True if other code aborts the work at the deadline. Primitives then do not watch it themselves. */
  readonly isDeadlineOwned: boolean;
  /** Which try this is, from 1. */
  readonly attempt: number;
  /** Records the facts of everything beneath this context, in addition to the observers; see `withReport`. */
  readonly record: ContextRecord | undefined;
  /** The observers of everything beneath this context, outermost first; see `withObserver`. */
  readonly observers: readonly CarriedObserver[];
  readonly #run: Run;
  readonly #isRoot: boolean;
  readonly #given: Given;
  readonly #causationId: string | undefined;
  /** What a child has of its own; undefined where it shares its root's. */
  readonly #abortSource: AbortSource | undefined;

  /**
   * @param lineage - set by `child`, `detach` and `within` only
   * @throws TypeError naming an unknown field: a misspelt `tenantId` would share data between tenants. TypeError or RangeError
   * naming the field if a value is of another type, or `deadline` or `attempt` is not a valid number
   */
  constructor(init: WorkflowContextInit = {}, lineage?: Lineage | Within) {
    if (lineage !== undefined && 'context' in lineage) {
      const { context, record, observers } = lineage;
      this.name = context.name;
      this.deadline = context.deadline;
      this.isDeadlineOwned = context.isDeadlineOwned;
      this.attempt = context.attempt;
      this.record = record;
      this.observers = observers;
      this.#run = context.#run;
      this.#isRoot = context.#isRoot;
      this.#given = context.#given;
      this.#causationId = context.#causationId;
      this.#abortSource = context.#abortSource;
      return;
    }
    checkInit(init);
    if (lineage === undefined) {
      const { clock = systemClock } = init;
      this.name = '';
      this.deadline = init.deadline ?? Infinity;
      this.isDeadlineOwned = init.abortSource !== undefined;
      this.attempt = init.attempt ?? 1;
      this.record = undefined;
      this.observers = NO_OBSERVERS;
      this.#run = { clock, startedAt: clock.now(), checkpoints: [] };
      this.#isRoot = true;
      this.#given = overlay(NOTHING_GIVEN, init);
      this.#causationId = init.causationId;
      this.#abortSource = abortSourceOf(init);
    } else {
      const { parent, name, isDetached } = lineage;
      this.name = pathOf(parent, name);
      const inherited = isDetached ? Infinity : parent.deadline;
      const own = init.deadline ?? Infinity;
      this.deadline = Math.min(own, inherited);
      this.isDeadlineOwned = own < inherited ? init.abortSource !== undefined : parent.isDeadlineOwned;
      this.attempt = init.attempt ?? parent.attempt;
      this.record = parent.record;
      this.observers = parent.observers;
      this.#run = parent.#run;
      this.#isRoot = false;
      this.#given = overlay(parent.#given, init);
      this.#causationId = init.causationId ?? parent.#given.correlationId;
      this.#abortSource = abortSourceOf(init) ?? (isDetached ? new LazyController() : parent.#abortSource);
    }
  }

  get workflowId(): string {
    return this.#given.workflowId ?? (this.#run.workflowId ??= randomUUID());
  }

  get sessionId(): string | undefined {
    return this.#given.sessionId;
  }

  get tenantId(): string | undefined {
    return this.#given.tenantId;
  }

  get userId(): string | undefined {
    return this.#given.userId;
  }

  get tags(): Readonly<Record<string, string>> {
    return this.#given.tags;
  }

  get baggage(): Readonly<Record<string, string>> {
    return this.#given.baggage;
  }

  get metadata(): Readonly<Record<string, unknown>> {
    return this.#given.metadata;
  }

  get clock(): Clock {
    return this.#run.clock;
  }

  get correlationId(): string {
    return this.#given.correlationId ?? (this.#run.correlationId ??= randomUUID());
  }

  /** What caused this work: by default nothing for a root, and the request it belongs to for a child. */
  get causationId(): string | undefined {
    return this.#causationId ?? (this.#isRoot ? undefined : (this.#run.correlationId ??= randomUUID()));
  }

  /** Values that steps share: what one step writes, every later step reads. */
  get state(): Map<string, unknown> {
    return this.#given.state ?? (this.#run.state ??= new Map());
  }

  /** Aborts when the work should stop. Pass it on to everything that a step waits for. */
  get signal(): AbortSignal {
    return (this.#abortSource ?? (this.#run.abortSource ??= new LazyController())).signal;
  }

  /** Whether the work should stop. Unlike `signal.aborted`, this never creates a signal. */
  get isAborted(): boolean {
    return (this.#abortSource ?? this.#run.abortSource)?.isAborted ?? false;
  }

  /** Whether anything can cancel the work. */
  get isAbortable(): boolean {
    return this.abortSource !== undefined;
  }

  /** What cancels the work; undefined if nothing can cancel it. */
  get abortSource(): AbortSource | undefined {
    return this.#abortSource ?? this.#run.abortSource;
  }

  /**
   * Calls `listener` with the abort reason when the work should stop, or at once if it already should.
   *
   * @returns a function that removes the listener; call it when the wait is over
   */
  onAbort(listener: (reason: unknown) => void): () => void {
    return (this.#abortSource ?? this.#run.abortSource)?.onAbort(listener) ?? forgetNothing;
  }

  /** Milliseconds until the deadline, never below 0. `Infinity` without a deadline. */
  remainingMs(): number {
    return this.deadline === Infinity ? Infinity : Math.max(0, this.deadline - this.clock.now());
  }

  /** Milliseconds since the workflow began, which is when its root context was created. */
  elapsedMs(): number {
    return this.clock.now() - this.#run.startedAt;
  }

  /** Records the current time under a name. A workflow keeps its newest 1,000 checkpoints. */
  checkpoint(name: string): void {
    const { checkpoints } = this.#run;
    if (checkpoints.length === MAX_CHECKPOINTS) checkpoints.shift();
    const path = pathOf(this, name);
    checkpoints.push({ name: path, elapsedMs: this.elapsedMs() });
  }

  /** The checkpoints of the whole workflow, oldest first. */
  get checkpoints(): readonly Checkpoint[] {
    return this.#run.checkpoints;
  }

  /**
   * A context for a part of this work. It shares state, checkpoints and ids with its parent, and may narrow the rest: a
   * deadline later than the parent's has no effect, because no step outlives its parent's deadline.
   */
  child(name: string, overrides: ChildContextInit = {}): WorkflowContext {
    return new WorkflowContext(overrides, { parent: this, name, isDetached: false });
  }

  /**
   * A context for work that may outlive this one (a shared call, a refresh in the background): the same identity and state,
   * but neither its signal nor its deadline.
   */
  detach(name: string, overrides: ChildContextInit = {}): WorkflowContext {
    return new WorkflowContext(overrides, { parent: this, name, isDetached: true });
  }

  /**
   * The same context, with another record for everything beneath it. Use `step.call` in primitives, and `withReport` or `withObserver` in
   * applications: they pass every fact on to outer records and observers.
   */
  within(record: ContextRecord | undefined, observers: readonly CarriedObserver[] = this.observers): WorkflowContext {
    return new WorkflowContext(NOTHING, { context: this, record, observers });
  }
}

function overlay(from: Given, own: WorkflowContextInit): Given {
  const { workflowId, sessionId, tenantId, userId, correlationId, tags, baggage, metadata, state } = own;
  const isUnchanged =
    (workflowId ?? sessionId ?? tenantId ?? userId ?? correlationId ?? tags ?? baggage ?? metadata ?? state) ===
    undefined;
  if (isUnchanged) return from;
  checkGiven(own);
  return {
    workflowId: workflowId ?? from.workflowId,
    sessionId: sessionId ?? from.sessionId,
    tenantId: tenantId ?? from.tenantId,
    userId: userId ?? from.userId,
    correlationId: correlationId ?? from.correlationId,
    tags: tags ?? from.tags,
    baggage: baggage ?? from.baggage,
    metadata: metadata ?? from.metadata,
    state: state ?? from.state,
  };
}

function pathOf(parent: WorkflowContext, name: string): string {
  return parent.name === '' ? name : `${parent.name}/${name}`;
}
