import { WorkflowContext } from '../context.ts';
import { refusal } from '../options.ts';
import { recorded } from './recorded.ts';
import { type Report, reportOf } from './report.ts';

/** A context for one request, and the report on it. */
export interface WithReport {
  /** A copy of the context. Execute the workflow with it, once. */
  readonly context: WorkflowContext;
  /** Resolves when the work has really ended, or when the report stops waiting for it. Never rejects. */
  readonly report: Promise<Report>;
}

/**
 * Reports on one request: everything that runs beneath the context. To get a report on every request of the process,
 * see `observeReports`.
 *
 * The report resolves when all of that work has really ended: the answer, its streams, and background work such as
 * cache writes and refreshes. Work that still runs one minute after all executions with the context itself have ended
 * is reported as `running`. An example is a step that ignores its signal after a timeout. Work that begins later with
 * the same context is not in the report. A context that is never used gets no report, nor does one whose stream is
 * neither read to its end, nor cancelled, nor aborted.
 *
 * @param context - @defaultValue a new context
 * @throws TypeError if it is not a WorkflowContext
 * @example
 * ```ts
 * const { context, report } = withReport(new WorkflowContext({ tenantId: 'acme' }));
 * const answer = await workflow.execute(question, context);
 * const { route, costUsd, executions } = await report;
 * ```
 */
export function withReport(context: WorkflowContext = new WorkflowContext()): WithReport {
  if (!(context instanceof WorkflowContext)) {
    throw new TypeError(refusal('withReport', 'context', context, 'a WorkflowContext'));
  }
  const { promise: report, resolve } = Promise.withResolvers<Report>();
  return { context: recorded(context, (record) => resolve(reportOf(record))), report };
}
