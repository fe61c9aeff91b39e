import { WorkflowContext } from '../context.ts';
import { RecordTree } from './record-tree.ts';
import { type ReportSummary, summaryOf } from './summary.ts';
import { type ReportedExecution, TreeRecord } from './tree-record.ts';

/** A report on one request: a summary by the topics of its primitives, and the tree of executions with their facts. */
export interface Report extends Readonly<Partial<ReportSummary>> {
  /** The executions made with the context itself, in the order in which they began; usually one. */
  readonly executions: readonly ReportedExecution[];
  /** From `withReport` until all work had really ended, in milliseconds. */
  readonly durationMs: number;
  /** How many facts were stated after the report, which does not contain them. Keeps counting. */
  readonly lateFacts: number;
}

/** A context for one request, and the report on it. */
export interface WithReport {
  /** A copy of the context. Execute the workflow with it, once. */
  readonly context: WorkflowContext;
  /** Resolves when the work has really ended, or is not waited for any longer; never rejects. */
  readonly report: Promise<Report>;
}

/**
 * Reports on one request: everything that runs beneath the context.
 *
 * The report comes when all of it has really ended: the answer is given, streams have ended, and what was begun in the background (a write
 * to a cache, a refresh) is over. Work that goes on a minute after everything that was executed with the context itself has ended, such as
 * a step that a timeout has given up and that ignores its signal, is in the report as `running`. Work that begins later with the same context is not in it. A context that is never used gets no
 * report, nor does one whose stream is neither read to its end, nor cancelled, nor aborted.
 *
 * @param context - @defaultValue a new context
 * @example
 * ```ts
 * const { context, report } = withReport(new WorkflowContext({ tenantId: 'acme' }));
 * const answer = await workflow.execute(question, context);
 * const { route, costUsd, executions } = await report;
 * ```
 */
export function withReport(context: WorkflowContext = new WorkflowContext()): WithReport {
  const { record: outer, clock } = context;
  const startedAt = clock.now();
  const { promise: report, resolve } = Promise.withResolvers<Report>();
  const isNested = outer !== undefined && !outer.isFlat;
  const tree = new RecordTree(
    clock,
    () => {
      const now = clock.now();
      const executions = root.executionsSince(startedAt, now);
      const durationMs = now - startedAt;
      const report = { ...summaryOf(executions), executions, durationMs, lateFacts: tree.lateFacts };
      resolve(Object.defineProperty(report, 'lateFacts', { get: () => tree.lateFacts }));
      if (!tree.isOpen) root.forget();
    },
    isNested ? outer.tree : undefined,
    isNested ? undefined : outer?.note,
  );
  const root = isNested ? outer.beginTree(tree, startedAt) : new TreeRecord(tree, undefined, startedAt);
  return { context: context.within(root), report };
}
