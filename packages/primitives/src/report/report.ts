import type { ReportedRequest } from './reported-request.ts';
import { type ReportSummary, summaryOf } from './summary.ts';
import type { ReportedExecution } from './tree-record.ts';

/** What happened in one request: the tree of executions with their facts. */
export interface RequestRecord {
  readonly request: ReportedRequest;
  /** The executions made with the context itself, in the order in which they began; usually one. */
  readonly executions: readonly ReportedExecution[];
  /** Until all work had really ended, or until it is read, in milliseconds. */
  readonly durationMs: number;
  /** How many executions and facts there was no room for: a record keeps 10,000 executions and 100,000 facts. */
  readonly omitted: number;
  /** How many facts were stated after the end; the record does not contain them. Keeps counting. */
  readonly lateFacts: number;
}

/** A report on one request: a summary by the topics of its primitives, and what happened. */
export interface Report extends RequestRecord, Readonly<Partial<ReportSummary>> {}

/**
 * Adds the summary to the record of a request.
 *
 * @example
 * ```ts
 * observeReports({ onReport: (record) => costs.push(reportOf(record).costUsd) });
 * ```
 */
export function reportOf(record: RequestRecord): Report {
  const report = { ...summaryOf(record.executions), ...record };
  return Object.defineProperty(report, 'lateFacts', { get: () => record.lateFacts });
}
