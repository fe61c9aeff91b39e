import type { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import type { Counts } from '../telemetry/counts.ts';
import { seriesProducer } from '../telemetry/otlp/series-producer.ts';
import type { ObservabilityConfig } from './config.ts';
import { type MetricsPage, metricsPage } from './metrics-page.ts';
import type { OtlpTarget } from './otlp-config.ts';
import { endingWith, exporterOptions, type Sending } from './otlp-exporters.ts';
import type { Resource } from './resource.ts';
import { SCOPE } from './scope.ts';
import type { Sdk } from './sdk.ts';
import { userMeters } from './user-meters.ts';

/** The metrics of this process and the page that shows them. */
export interface Metrics {
  /** Makes the instruments of users. */
  readonly provider: MeterProvider;
  readonly page: MetricsPage;
}

/** Metrics that can be read as a page, and are sent to a collector when `sending` is given. */
export function metricsOf(
  sdk: Sdk,
  resource: Resource,
  { metrics: { otlp, intervalMs } }: ObservabilityConfig,
  { table }: Counts,
  sending: Sending | undefined,
): Metrics {
  const readers: readonly MetricReader[] =
    otlp === undefined || sending === undefined ? [] : [otlpReader(sdk, table, otlp, intervalMs, sending)];
  const meters = userMeters(sdk, resource, readers);
  return { provider: meters.provider, page: metricsPage(resource.attributes, table, meters) };
}

function otlpReader(
  { metrics: sdk }: Sdk,
  table: Counts['table'],
  otlp: OtlpTarget,
  intervalMs: number,
  sending: Sending,
): MetricReader {
  const exporter = endingWith(
    sending.signal,
    new sending.sdk.metrics.OTLPMetricExporter(exporterOptions(otlp, sending)),
  );
  const temporalityOf = exporter.selectAggregationTemporality.bind(exporter);
  return new sdk.PeriodicExportingMetricReader({
    exporter,
    metricProducers: [seriesProducer({ sdk, table, scope: SCOPE, temporalityOf })],
    exportIntervalMillis: intervalMs,
    exportTimeoutMillis: Math.min(otlp.timeoutMs, intervalMs),
  });
}
