import { ignoreRejection } from '../ignore-rejection.ts';
import type { ObserverOptions } from '../observer.ts';
import { checkMethods } from '../options.ts';
import type { RequestRecord } from './report.ts';
import type { ReportedRequest } from './reported-request.ts';

/** A request that has begun. */
export interface StartedRequest {
  readonly request: ReportedRequest;
  /** What is known so far. What still runs has the status `running`. */
  readonly read: () => RequestRecord;
}

/** Gets a record of every request of the process. */
export interface ReportObserver {
  /** Called when the first execution of a request begins. A request whose stream is never read to its end, nor cancelled, may never end. */
  readonly onStart?: ((started: StartedRequest) => void) | undefined;
  /** Called once for each request, when all of its work has really ended. */
  readonly onReport: (record: RequestRecord) => void;
}

interface Registration extends ObserverOptions {
  readonly observer: ReportObserver;
}

interface Registry {
  registrations: readonly Registration[];
  /** Set while an observer runs: what it executes itself is not reported, or its reports would never end. */
  isNoting: boolean;
}

/** One registry per process, however many copies of this package are loaded; `v1` is the shape of `Registration`. */
const REGISTRY = Symbol.for('tta-dev-primitives.report-observers.v1');

const registry: Registry = ((globalThis as { [REGISTRY]?: Registry })[REGISTRY] ??= {
  registrations: [],
  isNoting: false,
});

/**
 * Gets a record of every request of the process from now on, in every copy of this package. A request is an execution that no other
 * execution made, or all executions made with one context of `withReport`.
 *
 * The functions run before the caller gets the answer, so keep them short. What they throw fails no work. What they execute themselves,
 * before they return, is not reported.
 *
 * @param observer - `onReport` gets what `withReport` reports, without the summary: `reportOf` adds that
 * @param options - `onError` is told what the functions throw; without it such errors are dropped
 * @returns the function that ends the observation
 * @throws TypeError if the observer has no `onReport`, or an `onStart` that is not a function
 * @example
 * ```ts
 * const stop = observeReports({ onReport: (record) => add(record.request.tenantId, reportOf(record).costUsd) });
 * ```
 */
export function observeReports(observer: ReportObserver, { onError }: ObserverOptions = {}): () => void {
  const methods = observer?.onStart === undefined ? ['onReport'] : ['onReport', 'onStart'];
  checkMethods('observeReports', 'observer', observer, methods);
  const registration: Registration = { observer, onError };
  registry.registrations = [...registry.registrations, registration];
  return () => {
    registry.registrations = registry.registrations.filter((other) => other !== registration);
  };
}

/** Whether an execution that begins now, and that no other execution made, is reported. */
export function areReportsObserved(): boolean {
  return registry.registrations.length > 0 && !registry.isNoting;
}

export function noteBegin(request: ReportedRequest, read: () => RequestRecord): void {
  if (registry.registrations.some(({ observer }) => observer.onStart !== undefined)) {
    note(({ onStart }) => onStart?.({ request, read }));
  }
}

export function noteRecord(record: RequestRecord): void {
  if (registry.registrations.length > 0) note(({ onReport }) => onReport(record));
}

function note(tell: (observer: ReportObserver) => unknown): void {
  const wasNoting = registry.isNoting;
  registry.isNoting = true;
  for (const { observer, onError } of registry.registrations) {
    try {
      ignoreRejection(tell(observer));
    } catch (error) {
      reportError(onError, error);
    }
  }
  registry.isNoting = wasNoting;
}

function reportError(onError: ObserverOptions['onError'], error: unknown): void {
  try {
    ignoreRejection(onError?.(error));
  } catch {
    // A listener that throws does not fail the work.
  }
}
