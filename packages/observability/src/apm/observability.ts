import { isDeepStrictEqual } from 'node:util';
import { type Meter, metrics, type Tracer, trace } from '@opentelemetry/api';
import { resolveConfig } from './config.ts';
import { Handle } from './handle.ts';
import type { ObservabilityHandle } from './observability-handle.ts';
import type { ObservabilityOptions } from './options.ts';
import { messageOf, Problem } from './problem.ts';
import { installedSdk, type SdkLoader } from './sdk.ts';
import type { Environment } from './settings.ts';
import { start } from './start.ts';

/** The telemetry of a process: at most one runs at a time, and it can be started again after it was shut down. */
export class Observability {
  readonly #loader: SdkLoader;
  readonly #env: Environment;
  #options: ObservabilityOptions = {};
  #starting: Promise<Handle> | undefined;
  #running: Handle | undefined;
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

  get #live(): Handle | undefined {
    return this.#running?.isStopping === true ? undefined : this.#running;
  }

  async #start(options: ObservabilityOptions, before: Promise<unknown> | undefined): Promise<Handle> {
    await before;
    this.#running = await this.#startNow(options);
    return this.#running;
  }

  async #startNow(options: ObservabilityOptions): Promise<Handle> {
    try {
      const { config, problems } = resolveConfig(options, this.#env);
      return await start(config, problems, this.#loader);
    } catch (error) {
      const problem = new Problem('failed', `telemetry could not be started: ${messageOf(error)}`);
      return new Handle({ state: 'noop', problems: [problem], shutdownTimeoutMs: 0 });
    }
  }

  async #again(starting: Promise<Handle>, options: ObservabilityOptions): Promise<Handle> {
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
