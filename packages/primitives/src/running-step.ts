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
  /** What the part and everything beneath it state, even if the part fails. */
  readonly record: ExecutionRecord;
}

/** Lets a running primitive state facts about itself, and read those of its parts. */
export interface RunningStep {
  /** States a fact. Call it at any time, even after the answer. It costs nothing without an observer. */
  readonly note: NoteFact;
  /**
   * Executes a part and returns a record of what was stated beneath it. Call `part.execute` if you do not need the record; it is cheaper.
   *
   * @param context - the context of `run`, or a child of it
   */
  call<I, O>(part: Callable<I, O>, input: I, context: WorkflowContext): PartCall<O>;
  /**
   * Keeps the report on this execution open until background work has settled.
   *
   * @param context - the context of `run`, or a child of it
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
    if (outer === undefined || outer.isFlat || !outer.tree.isOpen || !outer.tree.hasRoom) {
      const record = new FlatRecord(outer?.note);
      return { output: part.execute(input, context.within(record)), record };
    }
    const index = outer.partCount;
    const output = part.execute(input, context); // begins its record before it returns
    return { output, record: outer.partAt(index) ?? new FlatRecord() };
  }

  background(work: PromiseLike<unknown>, context: WorkflowContext): void {
    keepReportOpen(work, context);
  }
}

/** Keeps the reports on a context open until work has settled. */
export function keepReportOpen(work: PromiseLike<unknown>, { record }: WorkflowContext): void {
  if (record === undefined || record.isFlat || !record.tree.isOpen) return;
  const { tree } = record;
  const leave = (): void => tree.leave(false);
  tree.enter(false);
  Promise.resolve(work).then(leave, leave);
}

/** The step of an execution without an observer. */
export const UNOBSERVED: RunningStep = new Running(noteNothing);
