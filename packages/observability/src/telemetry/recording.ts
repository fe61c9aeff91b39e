import { type Context, context as contexts } from '@opentelemetry/api';
import type { ExecutionIdentity, Facts } from 'tta-dev-primitives';
import type { Ending, FactName, FollowedExecution } from 'tta-dev-primitives/internal';
import type { Counts } from './counts.ts';
import { errorTypeOf } from './error-type.ts';
import type { ExecutionCounts, WorkflowSeries } from './execution-counts.ts';
import type { LabelFact, Measured, Recorder } from './fact-entry.ts';
import type { FactList } from './fact-list.ts';
import { type Gauge, type Histogram, type LabelsOf, type Metric, NONE, type Sum } from './metric.ts';
import type { TopicRegistry } from './registry.ts';
import { exemplarIn } from './series/exemplar.ts';
import type { Exemplar } from './series/series.ts';
import type { ExecutionSpan } from './spans/execution-span.ts';

/** What all executions share. */
export interface Recorded {
  readonly counts: Counts;
  readonly executions: ExecutionCounts;
  readonly topics: TopicRegistry;
  /** Whether there are spans to which values can be linked. */
  readonly isTraced: boolean;
  /** Measures more of each execution. */
  readonly onEnd: ((measured: Measured, recording: Recording) => void) | undefined;
  /** Called when something could not be measured. */
  readonly onError: () => void;
}

/** What one execution states, and what is counted of it. */
export class Recording implements Recorder, FollowedExecution {
  readonly facts: FactList;
  readonly around: ((work: () => void) => void) | undefined;
  readonly #shared: Recorded;
  readonly #identity: ExecutionIdentity;
  readonly #span: ExecutionSpan | undefined;
  readonly #active: Context;
  readonly #workflow: WorkflowSeries | undefined;
  readonly #startedAt: number;

  /**
   * @param current - what is active around the execution
   * @param active - what is active in it
   * @param workflow - its series, if it is the outermost execution
   */
  constructor(
    shared: Recorded,
    identity: ExecutionIdentity,
    facts: FactList,
    span: ExecutionSpan | undefined,
    current: Context,
    active: Context,
    workflow: WorkflowSeries | undefined,
  ) {
    this.facts = facts;
    this.#shared = shared;
    this.#identity = identity;
    this.#span = span;
    this.#active = active;
    this.around = active === current ? undefined : (work) => contexts.with(active, work);
    this.#workflow = workflow;
    this.#startedAt = identity.context.clock.now();
  }

  note<Name extends FactName>(name: Name, value: Facts[Name]): void {
    const entry = this.#shared.topics.entryOf(name);
    this.#span?.describe(name, value, entry);
    if (entry === undefined) return;
    const { dimension, record } = entry;
    const counted = dimension === undefined ? value : this.#shared.counts.dimensions.cap(dimension, String(value));
    this.facts.set(name, counted, entry);
    record?.(counted as never, this); // the entry was found under the name of the fact
  }

  end(ending: Ending): void {
    const { counts, executions } = this.#shared;
    const { kind, context } = this.#identity;
    const errorType = ending.status === 'error' ? errorTypeOf(ending.error) : undefined;
    try {
      this.#span?.end(ending, errorType);
    } catch {
      this.#shared.onError(); // such as a processor of the host that throws; metrics do not depend on spans
    }
    const seconds = (context.clock.now() - this.#startedAt) / 1_000;
    executions.countStep(kind, ending);
    if (this.#workflow !== undefined) executions.end(this.#workflow, ending, seconds, this.#exemplar(seconds));
    const cappedType = errorType === undefined ? undefined : counts.dimensions.cap('error_type', errorType);
    const measured = { seconds, errorType: cappedType };
    this.facts.measure(measured, this, this.#shared.onError);
    this.#shared.onEnd?.(measured, this);
  }

  label<Name extends LabelFact>(name: Name): Facts[Name] | typeof NONE {
    return this.facts.get(name) ?? NONE;
  }

  fact<Name extends FactName>(name: Name): Facts[Name] | undefined {
    return this.facts.get(name);
  }

  has(name: FactName): boolean {
    return this.facts.get(name) !== undefined;
  }

  add<M extends Sum>(metric: M, labels: LabelsOf<M>, amount?: number): void {
    this.#shared.counts.table.add(metric, labels, amount);
  }

  set<M extends Gauge>(metric: M, labels: LabelsOf<M>, value: number): void {
    this.#shared.counts.table.set(metric, labels, value);
  }

  measure<M extends Histogram>(metric: M, labels: LabelsOf<M>, value: number): void {
    this.#shared.counts.table.measure(metric, labels, value, this.#exemplar(value));
  }

  isNew<M extends Metric>(metric: M, labels: LabelsOf<M>): boolean {
    return !this.#shared.counts.table.has(metric, labels);
  }

  #exemplar(value: number): Exemplar | undefined {
    return this.#shared.isTraced ? exemplarIn(this.#active, value) : undefined;
  }
}
