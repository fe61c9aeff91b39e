import { type OptionNames, refusal } from 'tta-dev-primitives/internal';
import type { ObservabilityOptions, OtlpOptions } from './options.ts';
import { LONGEST_WAIT_MS, type Settings } from './settings.ts';

/** Where one signal is sent. */
export interface OtlpTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** Where the standard has a collector when nothing else is said. */
const DEFAULT_ENDPOINT = 'http://localhost:4318';

const DURATION = { above: 0, atMost: LONGEST_WAIT_MS } as const;

const OPTIONS: OptionNames<OtlpOptions> = { endpoint: true, headers: true, timeoutMs: true, metricsIntervalMs: true };

/** What is sent where; nothing for a signal without a target. */
export interface OtlpTargets {
  readonly traces: OtlpTarget | undefined;
  readonly metrics: OtlpTarget | undefined;
  readonly intervalMs: number;
}

/**
 * Decides where telemetry is sent.
 *
 * @param readsEnvironment - whether an endpoint in the environment counts, which it does not in tests
 */
export function otlpOf(
  settings: Settings,
  option: ObservabilityOptions['otlp'],
  readsEnvironment: boolean,
): OtlpTargets {
  const given: Partial<OtlpOptions> =
    typeof option === 'string'
      ? { endpoint: option }
      : (settings.record('otlp', option === false ? undefined : option) ?? {});
  settings.names(given, OPTIONS, 'otlp');
  const timeoutOf = (signal: 'TRACES' | 'METRICS'): number =>
    settings.number(
      {
        option: 'otlp.timeoutMs',
        value: given.timeoutMs,
        variables: [`OTEL_EXPORTER_OTLP_${signal}_TIMEOUT`, 'OTEL_EXPORTER_OTLP_TIMEOUT'],
      },
      3_000,
      DURATION,
    );
  const timeoutMs = { traces: timeoutOf('TRACES'), metrics: timeoutOf('METRICS') };
  const intervalMs = settings.number(
    { option: 'otlp.metricsIntervalMs', value: given.metricsIntervalMs, variables: ['OTEL_METRIC_EXPORT_INTERVAL'] },
    60_000,
    DURATION,
  );
  if (option === false || (option === undefined && !readsEnvironment)) {
    return { traces: undefined, metrics: undefined, intervalMs };
  }
  checkProtocols(settings);
  const base = settings.url({
    option: 'otlp.endpoint',
    value: given.endpoint,
    variables: ['OTEL_EXPORTER_OTLP_ENDPOINT'],
  });
  const target = (signal: 'traces' | 'metrics'): OtlpTarget | undefined => {
    const own = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`;
    const url =
      (given.endpoint === undefined ? settings.url({ variables: [own] }) : undefined) ??
      (base === undefined ? undefined : `${base.replace(/\/+$/, '')}/v1/${signal}`) ??
      (option === undefined && asksForOtlp(settings, signal) ? `${DEFAULT_ENDPOINT}/v1/${signal}` : undefined);
    return url === undefined ? undefined : { url, headers: given.headers ?? {}, timeoutMs: timeoutMs[signal] };
  };
  return { traces: target('traces'), metrics: target('metrics'), intervalMs };
}

/** Whether the environment names OTLP as an exporter, which needs no endpoint. */
function asksForOtlp(settings: Settings, signal: 'traces' | 'metrics'): boolean {
  const exporters = settings.variable(`OTEL_${signal.toUpperCase()}_EXPORTER`)?.toLowerCase().split(',') ?? [];
  return exporters.some((exporter) => exporter.trim() === 'otlp');
}

function checkProtocols(settings: Settings): void {
  for (const signal of ['', 'TRACES_', 'METRICS_']) {
    const variable = `OTEL_EXPORTER_OTLP_${signal}PROTOCOL`;
    const protocol = settings.variable(variable);
    if (protocol === undefined || protocol === 'http/protobuf') continue;
    settings.report(refusal('environment', variable, protocol, "'http/protobuf'"));
  }
}
