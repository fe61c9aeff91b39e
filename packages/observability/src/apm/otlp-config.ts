import { refusal } from 'tta-dev-primitives';
import type { ObservabilityOptions, OtlpOptions } from './options.ts';
import { LONGEST_WAIT_MS, type Settings } from './settings.ts';

/** Where one signal is sent. */
export interface OtlpTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

const DURATION = { above: 0, atMost: LONGEST_WAIT_MS } as const;

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
  const timeoutMs = settings.number(
    { option: 'otlp.timeoutMs', value: given.timeoutMs, variables: ['OTEL_EXPORTER_OTLP_TIMEOUT'] },
    3_000,
    DURATION,
  );
  const intervalMs = settings.number(
    { option: 'otlp.metricsIntervalMs', value: given.metricsIntervalMs, variables: ['OTEL_METRIC_EXPORT_INTERVAL'] },
    60_000,
    DURATION,
  );
  if (option === false || (option === undefined && !readsEnvironment)) {
    return { traces: undefined, metrics: undefined, intervalMs };
  }
  checkProtocol(settings);
  const base = settings.url({
    option: 'otlp.endpoint',
    value: given.endpoint,
    variables: ['OTEL_EXPORTER_OTLP_ENDPOINT'],
  });
  const target = (signal: 'traces' | 'metrics'): OtlpTarget | undefined => {
    const own = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`;
    const url =
      (given.endpoint === undefined ? settings.url({ variables: [own] }) : undefined) ??
      (base === undefined ? undefined : `${base.replace(/\/+$/, '')}/v1/${signal}`);
    return url === undefined ? undefined : { url, headers: given.headers ?? {}, timeoutMs };
  };
  return { traces: target('traces'), metrics: target('metrics'), intervalMs };
}

function checkProtocol(settings: Settings): void {
  const protocol = settings.variable('OTEL_EXPORTER_OTLP_PROTOCOL');
  if (protocol === undefined || protocol === 'http/protobuf') return;
  settings.report(refusal('environment', 'OTEL_EXPORTER_OTLP_PROTOCOL', protocol, "'http/protobuf'"));
}
