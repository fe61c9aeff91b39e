import type { MeterProvider, MetricReader, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Resource } from './resource.ts';
import type { Sdk } from './sdk.ts';

/** How long a gauge of the user's own may take to be computed; then the page goes without it, well within a scrape's 10 s. */
const LONGEST_OBSERVATION_MS = 2_000;

/** As many series as one of our own metrics may have; past it the SDK keeps one value of an observable instead of a sum. */
const MAX_SERIES = 10_000;

/** The instruments that users and other libraries make with a meter. */
export interface UserMeters {
  readonly provider: MeterProvider;
  /** What they have counted; undefined if there are none. */
  collect(): Promise<ResourceMetrics | undefined>;
}

/** @param readers - what reads the instruments besides the page */
export function userMeters({ metrics }: Sdk, resource: Resource, readers: readonly MetricReader[]): UserMeters {
  class PageReader extends metrics.MetricReader {
    protected override async onForceFlush(): Promise<void> {}
    protected override async onShutdown(): Promise<void> {}
  }
  const reader = new PageReader({ cardinalitySelector: () => MAX_SERIES });
  const provider = new metrics.MeterProvider({ resource, readers: [reader, ...readers] });
  return {
    provider,
    async collect() {
      const { resourceMetrics } = await reader.collect({ timeoutMillis: LONGEST_OBSERVATION_MS });
      return resourceMetrics.scopeMetrics.length === 0 ? undefined : resourceMetrics;
    },
  };
}
