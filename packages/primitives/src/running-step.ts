import type { WorkflowContext } from './context.ts';
import { type NoteFact, noteNothing } from './facts.ts';
import type { ExecutionRecord } from './report/execution-record.ts';
import { FlatRecord } from './report/flat-record.ts';

/** A part of a primitive, as far as calling it goes. */
interface Callable<I, O> {
  execute(input: I, context?: WorkflowContext): Promise<O>;
}

/** One call of a part. */
export interface PartCall<O> {
  readonly output: Promise<O>;
  /** What the part and everything beneath it state, also when it fails. */
  readonly record: ExecutionRecord;
}

/** What a running primitive is given to state facts about itself, and to read those of its parts. */
export interface RunningStep {
  /** States a fact; may be called at any time, also after the answer was given. Costs nothing when nobody watches. */
  readonly note: NoteFact;
  /**
   * Executes a part and gives what was stated beneath it, for a primitive that depends on what its parts did and cost; one that does not
   * calls `part.execute`, which is cheaper.
   *
   * @param context - the one that `run` was given, or a child of it
   */
  call<I, O>(part: Callable<I, O>, input: I, context: WorkflowContext): PartCall<O>;
  /**
   * Keeps the report on this execution open until work in the background is over, however that ends.
   *
   * @param context - the one that `run` was given, or a child of it
   */
  background(work: PromiseLike<unknown>, context: WorkflowContext): void;
}

/** The step of one execution. Its methods need no `this`, because primitives take the members apart. */
export class Running implements RunningStep {
  readonly note: NoteFact;

  constructor(note: NoteFact) {
    this.note = note;
  }

  call<I, O>(part: Callable<I, O>, input: I, context: WorkflowContext): PartCall<O> {
    const outer = context.record;
    if (outer === undefined || outer.isFlat || !outer.tree.isOpen) {
      const record = new FlatRecord(outer?.note);
      return { output: part.execute(input, context.within(record)), record };
    }
    const index = outer.partCount;
    const output = part.execute(input, context); // begins its record before it returns
    return { output, record: outer.partAt(index) ?? new FlatRecord() };
  }

  background(work: PromiseLike<unknown>, { record }: WorkflowContext): void {
    if (record === undefined || record.isFlat || !record.tree.isOpen) return;
    const { tree } = record;
    const leave = (): void => tree.leave(false);
    tree.enter(false);
    Promise.resolve(work).then(leave, leave);
  }
}

/** The step of an execution that nobody watches. */
export const UNOBSERVED: RunningStep = new Running(noteNothing);
