import type { Attributes } from '@opentelemetry/api';
import type { MetricReader } from '@opentelemetry/sdk-metrics';
import type { Counts } from '../telemetry/counts.ts';
import { seriesProducer } from '../telemetry/otlp/series-producer.ts';
import type { ObservabilityConfig } from './config.ts';
import { type MetricsPage, metricsPage } from './metrics-page.ts';
import type { OtlpTarget } from './otlp-config.ts';
import { endingWith, exporterOptions, type Sending } from './otlp-exporters.ts';
import { resourceOf } from './resource.ts';
import { SCOPE } from './scope.ts';
import type { Sdk } from './sdk.ts';
import { UserMeters } from './user-meters.ts';

/** The metrics of this process and the page that shows them. */
export interface Metrics {
  /** Makes the instruments of users. */
  readonly provider: UserMeters;
  readonly page: MetricsPage;
}

/**
 * Metrics that can be read as a page, and are sent to a collector when `sending` is given.
 *
 * @param resource - the attributes of this process
 */
export function metricsOf(
  sdk: Sdk,
  resource: Attributes,
  { metrics: { otlp, intervalMs } }: ObservabilityConfig,
  { table }: Counts,
  sending: Sending | undefined,
): Metrics {
  const readers: readonly MetricReader[] =
    otlp === undefined || sending === undefined ? [] : [otlpReader(table, otlp, intervalMs, sending)];
  const meters = new UserMeters(() => {
    // The packages that send are not loaded a second time.
    const { sdkMetrics, resources } = sending?.sdk ?? { sdkMetrics: sdk.loadMetrics(), resources: sdk.loadResources() };
    return { sdk: sdkMetrics, resource: resourceOf(resources, resource) };
  }, readers);
  return { provider: meters, page: metricsPage(resource, table, meters) };
}

function otlpReader(table: Counts['table'], otlp: OtlpTarget, intervalMs: number, sending: Sending): MetricReader {
  const exporter = endingWith(
    sending.signal,
    new sending.sdk.metrics.OTLPMetricExporter(exporterOptions(otlp, sending)),
  );
  const sdk = sending.sdk.sdkMetrics;
  const temporalityOf = exporter.selectAggregationTemporality.bind(exporter);
  return new sdk.PeriodicExportingMetricReader({
    exporter,
    metricProducers: [seriesProducer({ sdk, table, scope: SCOPE, temporalityOf })],
    exportIntervalMillis: intervalMs,
    exportTimeoutMillis: Math.min(otlp.timeoutMs, intervalMs),
  });
}
