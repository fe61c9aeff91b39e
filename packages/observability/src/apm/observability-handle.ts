import type { RequestListener } from 'node:http';
import type { Attributes } from '@opentelemetry/api';
import type { Problem } from './problem.ts';

/**
 * How far telemetry works:
 * - `active`: as it was asked for.
 * - `degraded`: it works, but not all of it as it was asked for; see `problems`.
 * - `attached`: the process had providers of its own, and ours are not registered.
 * - `noop`: there is no telemetry, because it is turned off, shut down, or OpenTelemetry is not installed. Without OpenTelemetry the live page
 *   is still served in development, if tta-dashboard is installed.
 */
export type ObservabilityState = 'active' | 'degraded' | 'attached' | 'noop';

/** A span that has ended, as tests look at it. */
export interface FinishedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly attributes: Attributes;
  readonly durationMs: number;
  readonly isError: boolean;
}

/** The handle of running telemetry. */
export interface ObservabilityHandle {
  readonly state: ObservabilityState;
  /** What could not be set up as requested; empty if everything works. */
  readonly problems: readonly Problem[];
  /** Where `/metrics` is served; null when it is not. */
  readonly metricsUrl: string | null;
  /** The link of the live page, for a browser; null when it is not served. */
  readonly dashboardUrl: string | null;
  /** The metrics in the text format of Prometheus, even if no port could be opened. Never rejects. */
  metricsText(): Promise<string>;
  /** Answers GET and HEAD with the metrics; mount it in your own server. */
  readonly handler: RequestListener;
  /** The newest spans that have ended; always empty except in the environment 'test'. */
  finishedSpans(): readonly FinishedSpan[];
  /**
   * Sends what is waiting to be sent.
   *
   * @param ms - how long that may take, in milliseconds
   * @returns false when it took too long or traces could not be sent; of metrics OpenTelemetry does not say. Never rejects
   */
  flush(ms?: number): Promise<boolean>;
  /**
   * Sends waiting data, closes the port and unregisters everything. Calling it again is harmless.
   *
   * With a collector that does not answer, its time-out (3 s by default) may keep a process alive for as long as that.
   *
   * @param ms - how long that may take, in milliseconds
   * @returns false when it took too long or traces could not be sent; of metrics OpenTelemetry does not say. Never
   * rejects
   */
  shutdown(ms?: number): Promise<boolean>;
}
