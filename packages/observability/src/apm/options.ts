import type { TelemetryLevel } from '../telemetry/spans/execution-span.ts';
import type { TracesOptions } from './traces/options.ts';

/** How telemetry is sent to an OpenTelemetry Collector, over OTLP http/protobuf. */
export interface OtlpOptions {
  /** The base address, such as `http://localhost:4318`; `/v1/traces` and `/v1/metrics` are appended. */
  readonly endpoint: string;
  /** Headers of every request, for a collector that requires authentication. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** How long one export may take, retries included, in milliseconds. @defaultValue 3_000 */
  readonly timeoutMs?: number | undefined;
  /** How often metrics are sent, in milliseconds. @defaultValue 60_000 */
  readonly metricsIntervalMs?: number | undefined;
}

/** Options of `initializeObservability`. Everything else comes from the environment. */
export interface ObservabilityOptions {
  /** @defaultValue `OTEL_SERVICE_NAME`, else 'tta' */
  readonly serviceName?: string | undefined;
  readonly serviceVersion?: string | undefined;
  /**
   * The environment in which the service runs. It selects the defaults. @defaultValue `ENVIRONMENT`, else `NODE_ENV`,
   * else 'development'
   */
  readonly environment?: string | undefined;
  /** `false` turns everything off, as do the variables `TTA_OBSERVABILITY_ENABLED`, `ENABLE_APM` and `OTEL_SDK_DISABLED`. */
  readonly enabled?: boolean | undefined;
  /** Whether metrics are served over HTTP. @defaultValue true, but false when the environment is 'test' */
  readonly enablePrometheus?: boolean | undefined;
  /** The port of `/metrics`; 0 picks a free one. @defaultValue `OTEL_EXPORTER_PROMETHEUS_PORT`, else 9464 */
  readonly prometheusPort?: number | undefined;
  /** The address to listen on; a container needs '0.0.0.0'. @defaultValue `OTEL_EXPORTER_PROMETHEUS_HOST`, else '127.0.0.1' */
  readonly prometheusHost?: string | undefined;
  /**
   * The bearer token that readers of the metrics must send. Without it, everyone may read them. @defaultValue
   * `TTA_METRICS_TOKEN`
   */
  readonly prometheusToken?: string | undefined;
  /**
   * Whether the live page of tta-dashboard is served beside `/metrics`, if that package is installed. Only on loopback.
   * @defaultValue `TTA_DASHBOARD_ENABLED`, else true when the environment is 'development'
   */
  readonly enableDashboard?: boolean | undefined;
  /** Whether every span is printed on stdout, one line each. @defaultValue true when the environment is 'development' */
  readonly enableConsoleTraces?: boolean | undefined;
  /** Where to send telemetry; a string is the endpoint, `false` sends nothing. @defaultValue `OTEL_EXPORTER_OTLP_ENDPOINT`, if set */
  readonly otlp?: OtlpOptions | string | false | undefined;
  /** The share of traces kept, from 0 to 1. @defaultValue 1, but 0.1 in staging and production */
  readonly sampleRatio?: number | undefined;
  /** What happens to spans, beyond the collector and the console. */
  readonly traces?: TracesOptions | undefined;
  /** How much is traced. @defaultValue `TTA_OBSERVABILITY_LEVEL`, else 'full' */
  readonly level?: TelemetryLevel | undefined;
  /** Additional resource attributes for all telemetry. */
  readonly resource?: Readonly<Record<string, string>> | undefined;
  /**
   * How many operations, routes or models metrics may show separately. All others are counted as `_other`.
   * @defaultValue 100
   */
  readonly maxDimensionValues?: number | undefined;
  /** How long `flush()` and `shutdown()` may take, in milliseconds. @defaultValue 3_000 */
  readonly shutdownTimeoutMs?: number | undefined;
}
