import type { Ending } from '../ending.ts';
import type { FactName, Facts, NoteFact, StatedFact } from '../facts.ts';
import type { ExecutionRecord } from './execution-record.ts';
import type { RecordTree } from './record-tree.ts';

/** What a record needs to know about the primitive that it records. */
export interface RecordedPrimitive {
  readonly kind: string;
  readonly name: string;
}

/** One execution, as a report shows it. */
export interface ReportedExecution {
  /** The kind of primitive: `sequence`, `timeout`, `cache` ... */
  readonly kind: string;
  readonly name: string;
  readonly status: Ending['status'] | 'running';
  /** What it failed with, or why it was cancelled; undefined if it did neither. */
  readonly error: unknown;
  /** When it began, in milliseconds since the report began. */
  readonly startedMs: number;
  /** How long it took until its output had really ended, or the report was given, in milliseconds. */
  readonly durationMs: number;
  /** In the order stated. */
  readonly facts: readonly StatedFact[];
  /** The executions that it made, in the order in which they began. */
  readonly executions: readonly ReportedExecution[];
}

/** One execution and those that it makes; or, at the root, all that run in one context. */
export class TreeRecord implements ExecutionRecord {
  readonly isFlat = false;
  readonly #tree: RecordTree;
  readonly #primitive: RecordedPrimitive | undefined;
  readonly #startedAt: number;
  readonly #isFirst: boolean;
  readonly #facts: StatedFact[] = [];
  #parts: TreeRecord[] = [];
  #endedAt = Number.NaN;
  #ending: Ending | undefined;

  /**
   * @param primitive - undefined for the root, which is not an execution
   * @param isFirst - whether the execution was made with the context of the root itself
   */
  constructor(tree: RecordTree, primitive: RecordedPrimitive | undefined, startedAt: number, isFirst = false) {
    this.#isFirst = isFirst;
    this.#tree = tree;
    this.#primitive = primitive;
    this.#startedAt = startedAt;
  }

  get tree(): RecordTree {
    return this.#tree;
  }

  /** Undefined for the root. */
  get primitive(): RecordedPrimitive | undefined {
    return this.#primitive;
  }

  get partCount(): number {
    return this.#parts.length;
  }

  partAt(index: number): TreeRecord | undefined {
    return this.#parts[index];
  }

  readonly note: NoteFact = (name, value) => {
    if (this.#tree.admitsFact()) this.#facts.push({ name, value });
    this.#tree.sink?.(name, value);
  };

  /** A record for an execution that begins now; undefined when the report was given already, or is full. */
  begin(primitive: RecordedPrimitive, now: number): TreeRecord | undefined {
    const tree = this.#tree;
    if (!tree.isOpen || !tree.admitsExecution()) return undefined;
    const isFirst = this.#primitive === undefined;
    tree.enter(isFirst);
    const part = new TreeRecord(tree, primitive, now, isFirst);
    this.#parts.push(part);
    if (isFirst) tree.began();
    return part;
  }

  /** A root of a tree of its own, whose executions are in this tree too. */
  beginTree(tree: RecordTree, now: number): TreeRecord {
    const root = new TreeRecord(tree, undefined, now);
    this.#parts.push(root);
    return root;
  }

  end(ending: Ending, now: number): void {
    this.#ending = ending;
    this.#endedAt = now;
    this.#tree.leave(this.#isFirst);
  }

  factsOf<Name extends FactName>(name: Name): Facts[Name][] {
    const own = this.#facts.filter((fact) => fact.name === name).map(({ value }) => value as Facts[Name]);
    return [...own, ...this.#parts.flatMap((part) => part.factsOf(name))];
  }

  forEachFact(visit: (name: FactName, value: Facts[FactName]) => void): void {
    for (const { name, value } of this.#facts) visit(name, value);
    for (const part of this.#parts) part.forEachFact(visit);
  }

  /** The executions beneath this record, with times since `zero`. */
  executionsSince(zero: number, now: number): readonly ReportedExecution[] {
    if (this.#parts.length === 0) return NOTHING;
    const executions: ReportedExecution[] = [];
    for (const part of this.#parts) {
      if (part.#primitive !== undefined) executions.push(part.#read(part.#primitive, zero, now));
      else executions.push(...part.executionsSince(zero, now));
    }
    return executions;
  }

  /** Releases everything, because a context that is still in use keeps its record. */
  forget(): void {
    this.#parts = [];
  }

  #read({ kind, name }: RecordedPrimitive, zero: number, now: number): ReportedExecution {
    const ending = this.#ending;
    return {
      kind,
      name,
      status: ending?.status ?? 'running',
      error: ending === undefined || ending.status === 'success' ? undefined : ending.error,
      startedMs: this.#startedAt - zero,
      durationMs: (ending === undefined ? now : this.#endedAt) - this.#startedAt,
      facts: this.#facts.length === 0 ? NOTHING : [...this.#facts],
      executions: this.executionsSince(zero, now),
    };
  }
}

/** Most executions state nothing and execute nothing, so they share a list. */
const NOTHING: readonly never[] = Object.freeze([]);
