import type { RequestListener } from 'node:http';
import { type Meter, metrics, type Tracer, trace } from '@opentelemetry/api';
import type { LocalServer } from 'tta-dev-primitives/internal';
import type { PageFormat } from '../telemetry/page/page-format.ts';
import { type Page, pageText } from '../telemetry/page/write-page.ts';
import type { LivePage } from './live-page.ts';
import type { Metrics } from './metrics.ts';
import { METRICS_PATH, metricsHandler } from './metrics-endpoint.ts';
import type { FinishedSpan, ObservabilityHandle, ObservabilityState } from './observability-handle.ts';
import { messageOf, Problem } from './problem.ts';
import { succeedsWithin } from './succeeds-within.ts';
import type { Traces } from './traces/traces.ts';

/** What has been started and has to be stopped. */
export interface Resources {
  readonly metrics?: Metrics | undefined;
  readonly traces?: Traces | undefined;
  readonly server?: LocalServer | undefined;
  readonly livePage?: LivePage | undefined;
  /** Takes back what was registered. */
  readonly release?: () => void;
}

interface HandleInit extends Resources {
  readonly state: ObservabilityState;
  readonly problems: readonly Problem[];
  readonly shutdownTimeoutMs: number;
  /** What readers of the metrics must show. */
  readonly metricsToken?: string | undefined;
}

const OFF = 'nothing is measured, because telemetry is off';

/** The handle that owns the resources, and what the functions of this package need beyond it. */
export class Handle implements ObservabilityHandle {
  readonly problems: Problem[];
  readonly handler: RequestListener;
  readonly #init: HandleInit;
  #stopping: Promise<boolean> | undefined;

  constructor(init: HandleInit) {
    this.#init = init;
    this.problems = [...init.problems];
    this.handler = metricsHandler((format) => this.#page(format), init.metricsToken);
  }

  /** Whether `shutdown` was called. */
  get isStopping(): boolean {
    return this.#stopping !== undefined;
  }

  get state(): ObservabilityState {
    return this.isStopping ? 'noop' : this.#init.state;
  }

  get metricsUrl(): string | null {
    const { server, metrics: measured } = this.#init;
    return this.isStopping || server === undefined || measured === undefined ? null : `${server.origin}${METRICS_PATH}`;
  }

  get dashboardUrl(): string | null {
    const { server, livePage } = this.#init;
    return this.isStopping || server === undefined || livePage === undefined ? null : `${server.origin}/`;
  }

  metricsText(): Promise<string> {
    return this.#page('text').then(pageText, (error: unknown) => `# ${messageOf(error)}\n`);
  }

  finishedSpans(): readonly FinishedSpan[] {
    return [...(this.#init.traces?.memory?.spans ?? [])];
  }

  flush(ms: number = this.#init.shutdownTimeoutMs): Promise<boolean> {
    const { traces, metrics } = this.#init;
    return succeedsWithin(ms, () =>
      Promise.all([traces?.provider.forceFlush({ timeoutMillis: ms }), metrics?.provider.forceFlush()]),
    );
  }

  shutdown(ms: number = this.#init.shutdownTimeoutMs): Promise<boolean> {
    this.#stopping ??= this.#shutdown(ms);
    return this.#stopping;
  }

  tracer(name: string): Tracer {
    const provider = this.state === 'noop' ? undefined : this.#init.traces?.provider;
    return (provider ?? trace).getTracer(name);
  }

  meter(name: string): Meter {
    const provider = this.state === 'noop' ? undefined : this.#init.metrics?.provider;
    return (provider ?? metrics).getMeter(name);
  }

  report(problem: Problem): void {
    if (!this.problems.some(({ message }) => message === problem.message)) this.problems.push(problem);
  }

  async #shutdown(ms: number): Promise<boolean> {
    const { server, livePage, traces, metrics, release } = this.#init;
    livePage?.close();
    const isDone = await succeedsWithin(ms, () =>
      Promise.all([server?.close(), traces?.provider.shutdown(), metrics?.provider.shutdown()]),
    );
    try {
      release?.();
      return isDone;
    } catch (error) {
      this.report(new Problem('failed', `telemetry was not taken back completely: ${messageOf(error)}`));
      return false;
    }
  }

  async #page(format: PageFormat): Promise<Page> {
    const { metrics } = this.#init;
    if (this.state === 'noop' || metrics === undefined) throw new Error(OFF);
    return metrics.page.write(format);
  }
}
