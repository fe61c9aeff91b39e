import { isDeepStrictEqual } from 'node:util';
import { type Meter, metrics, type Tracer, trace } from '@opentelemetry/api';
import { resolveConfig } from './config.ts';
import type { ObservabilityHandle } from './handle.ts';
import type { ObservabilityOptions } from './options.ts';
import { messageOf, Problem } from './problem.ts';
import { RunningObservability } from './running.ts';
import { installedSdk, type SdkLoader } from './sdk.ts';
import type { Environment } from './settings.ts';
import { SCOPE, start } from './start.ts';

/** The telemetry of a process: at most one runs at a time, and it can be started again after it was shut down. */
export class Observability {
  readonly #loader: SdkLoader;
  readonly #env: Environment;
  #options: ObservabilityOptions = {};
  #starting: Promise<RunningObservability> | undefined;
  #running: RunningObservability | undefined;
  #stopping: Promise<unknown> | undefined;

  /** @param env - where variables are read from, each time telemetry is started */
  constructor(loader: SdkLoader = installedSdk, env: Environment = process.env) {
    this.#loader = loader;
    this.#env = env;
  }

  /** The handle of the telemetry that is running; null before the start and after the end. */
  get current(): ObservabilityHandle | null {
    return this.#live ?? null;
  }

  /** Starts telemetry, or gives the handle of the one that is running. Never rejects, never throws. */
  initialize(options?: ObservabilityOptions): Promise<ObservabilityHandle> {
    if (this.#running?.isStopping === true) void this.shutdown();
    if (this.#starting !== undefined) return this.#again(this.#starting, options ?? {});
    this.#options = options ?? {};
    this.#starting = this.#start(this.#options, this.#stopping);
    return this.#starting;
  }

  /** Ends telemetry; what is started after this call waits until the end is complete. */
  async shutdown(ms?: number): Promise<boolean> {
    const starting = this.#starting;
    if (starting === undefined) {
      await this.#stopping;
      return true;
    }
    this.#starting = undefined;
    const stopping = starting.then((running) => running.shutdown(ms));
    this.#stopping = stopping;
    return stopping;
  }

  tracer(name: string): Tracer {
    return this.#live?.tracer(name) ?? trace.getTracer(name);
  }

  meter(name: string): Meter {
    return this.#live?.meter(name) ?? metrics.getMeter(name);
  }

  get #live(): RunningObservability | undefined {
    return this.#running?.isStopping === true ? undefined : this.#running;
  }

  async #start(options: ObservabilityOptions, before: Promise<unknown> | undefined): Promise<RunningObservability> {
    await before;
    this.#running = await this.#startNow(options);
    return this.#running;
  }

  async #startNow(options: ObservabilityOptions): Promise<RunningObservability> {
    try {
      const { config, problems } = resolveConfig(options, this.#env);
      return await start(config, problems, this.#loader);
    } catch (error) {
      const problem = new Problem('failed', `telemetry could not be started: ${messageOf(error)}`);
      return new RunningObservability({ state: 'noop', problems: [problem], shutdownTimeoutMs: 0 });
    }
  }

  async #again(starting: Promise<RunningObservability>, options: ObservabilityOptions): Promise<RunningObservability> {
    const differing = Object.entries(options)
      .filter(([name, value]) => !isDeepStrictEqual(value, this.#options[name as keyof ObservabilityOptions]))
      .map(([name]) => name);
    const running = await starting;
    if (differing.length > 0) {
      running.report(
        new Problem(
          'already_started',
          `telemetry was already started with other options, so ${differing.join(', ')} had no effect; shut it down first`,
        ),
      );
    }
    return running;
  }
}

const KEY = Symbol.for('tta-observability-integration.v1');

/** One per process, however many copies of this package are loaded, so that nothing is counted twice. */
const shared: Observability = ((globalThis as { [KEY]?: Observability })[KEY] ??= new Observability());

/**
 * Sets up traces and metrics for every primitive of the process, whether it is made before or after this call.
 *
 * In development spans are printed and metrics served on http://127.0.0.1:9464/metrics; in staging and production one trace in
 * ten is kept, and both go to an OpenTelemetry Collector when an endpoint is set. A process that has providers of its own is
 * joined, not changed. Where OpenTelemetry is not installed, nothing happens.
 *
 * Never rejects and never throws: whatever is not as it was asked for is listed in `handle.problems`. Calling it again gives the
 * same handle; after `shutdown()` it starts anew.
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

/** The handle of the telemetry that is running; null before the start and after the end. */
export function getObservability(): ObservabilityHandle | null {
  return shared.current;
}

/** Whether executions are being observed. */
export function isObservabilityEnabled(): boolean {
  return shared.current !== null && shared.current.state !== 'noop';
}

/**
 * Ends the telemetry that is running, if there is one.
 *
 * @param ms - how long sending what is left may take, in milliseconds
 * @returns whether all was sent in time; never rejects
 */
export function shutdownObservability(ms?: number): Promise<boolean> {
  return shared.shutdown(ms);
}

/**
 * A tracer of whatever telemetry is running now. Ask anew for each use: a tracer does not outlive a shutdown.
 *
 * @param name - names the instrumented code
 * @defaultValue 'tta-observability-integration'
 */
export function getTracer(name: string = SCOPE): Tracer {
  return shared.tracer(name);
}

/**
 * A meter of whatever telemetry is running now. Ask anew for each use: instruments made before the start count nothing.
 *
 * @param name - names the instrumented code
 * @defaultValue 'tta-observability-integration'
 */
export function getMeter(name: string = SCOPE): Meter {
  return shared.meter(name);
}
