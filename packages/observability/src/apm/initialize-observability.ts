import type { Meter, Tracer } from '@opentelemetry/api';
import { Observability } from './observability.ts';
import type { ObservabilityHandle } from './observability-handle.ts';
import type { ObservabilityOptions } from './options.ts';
import { SCOPE } from './scope.ts';

const KEY = Symbol.for('tta-observability-integration.v1');

/** One per process, however many copies of this package are loaded, so nothing is counted twice. */
const shared: Observability = ((globalThis as { [KEY]?: Observability })[KEY] ??= new Observability());

/**
 * Sets up traces and metrics for every primitive of the process, whether you create it before or after this call.
 *
 * In development spans are printed and metrics served on http://127.0.0.1:9464/metrics; in staging and production one
 * trace in ten is kept, and both go to an OpenTelemetry Collector when an endpoint is set. If the process already has
 * OpenTelemetry providers, the library uses them and registers nothing. Without OpenTelemetry, only the live page of
 * tta-dashboard is served, if that package is installed.
 *
 * Never rejects and never throws: `handle.problems` lists what could not be set up. A second call returns the same
 * handle. After `shutdown()`, a call starts telemetry again.
 *
 * @example
 * ```ts
 * const observability = await initializeObservability({ serviceName: 'support-bot' });
 * for (const problem of observability.problems) log.warn(problem.message);
 * // ... work ...
 * await observability.shutdown();
 * ```
 */
export function initializeObservability(options?: ObservabilityOptions): Promise<ObservabilityHandle> {
  return shared.initialize(options);
}

/** The handle of the running telemetry; null before the start and after a shutdown. */
export function getObservability(): ObservabilityHandle | null {
  return shared.current;
}

/** Whether executions are being observed. */
export function isObservabilityEnabled(): boolean {
  return shared.current !== null && shared.current.state !== 'noop';
}

/**
 * Shuts down the running telemetry, if any.
 *
 * @param ms - how long it may take to send the remaining data, in milliseconds
 * @returns false when it took too long or traces could not be sent; never rejects
 */
export function shutdownObservability(ms?: number): Promise<boolean> {
  return shared.shutdown(ms);
}

/**
 * A tracer of the telemetry that is running now. Get it again for each use, because a tracer does not outlive a
 * shutdown.
 *
 * @param name - names the instrumented code
 * @defaultValue 'tta-observability-integration'
 */
export function getTracer(name: string = SCOPE): Tracer {
  return shared.tracer(name);
}

/**
 * A meter of the telemetry that is running now. Get it again for each use, because instruments created before the start
 * count nothing.
 *
 * @param name - names the instrumented code
 * @defaultValue 'tta-observability-integration'
 */
export function getMeter(name: string = SCOPE): Meter {
  return shared.meter(name);
}
