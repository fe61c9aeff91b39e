import { createNoopMeter, type Meter, type MeterOptions, type MeterProvider } from '@opentelemetry/api';
import type { MetricReader, ResourceMetrics, MeterProvider as SdkMeterProvider } from '@opentelemetry/sdk-metrics';
import type { Resource } from './resource.ts';
import type { MetricsSdk } from './sdk.ts';

/** How long a gauge of the user's own may take to be computed; then the page goes without it, well within a scrape's 10 s. */
const LONGEST_OBSERVATION_MS = 2_000;

/** As many series as one of our own metrics may have; past it the SDK keeps one value of an observable instead of a sum. */
const MAX_SERIES = 10_000;

/** What a provider is made with. */
interface Parts {
  readonly sdk: MetricsSdk;
  readonly resource: Resource;
}

/** A provider, and what reads it for the page. */
interface Provided {
  readonly provider: SdkMeterProvider;
  readonly reader: MetricReader;
}

/** The instruments that users and other libraries make with a meter. The SDK for them is loaded for the first one. */
export class UserMeters implements MeterProvider {
  readonly #load: () => Parts;
  readonly #readers: readonly MetricReader[];
  #provided: Provided | undefined;
  #isOver = false;

  /** @param readers - what reads the instruments besides the page; it also reads when there are none */
  constructor(load: () => Parts, readers: readonly MetricReader[]) {
    this.#load = load;
    this.#readers = readers;
    if (readers.length > 0) this.#provide();
  }

  getMeter(name: string, version?: string, options?: MeterOptions): Meter {
    return this.#isOver ? createNoopMeter() : this.#provide().provider.getMeter(name, version, options);
  }

  /** What the instruments have counted; undefined if there are none. */
  async collect(): Promise<ResourceMetrics | undefined> {
    const collected = await this.#provided?.reader.collect({ timeoutMillis: LONGEST_OBSERVATION_MS });
    const metrics = collected?.resourceMetrics;
    return metrics === undefined || metrics.scopeMetrics.length === 0 ? undefined : metrics;
  }

  async forceFlush(): Promise<void> {
    await this.#provided?.provider.forceFlush();
  }

  async shutdown(): Promise<void> {
    this.#isOver = true;
    await this.#provided?.provider.shutdown();
  }

  #provide(): Provided {
    this.#provided ??= providedBy(this.#load(), this.#readers);
    return this.#provided;
  }
}

function providedBy({ sdk, resource }: Parts, readers: readonly MetricReader[]): Provided {
  class PageReader extends sdk.MetricReader {
    protected override async onForceFlush(): Promise<void> {}
    protected override async onShutdown(): Promise<void> {}
  }
  const reader = new PageReader({ cardinalitySelector: () => MAX_SERIES });
  return { provider: new sdk.MeterProvider({ resource, readers: [reader, ...readers] }), reader };
}
