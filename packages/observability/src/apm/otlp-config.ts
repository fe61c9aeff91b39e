import { refusal } from 'tta-dev-primitives/internal';
import type { OtlpOptions } from './options.ts';
import {
  LONGEST_WAIT_MS,
  numberSetting,
  otherSetting,
  recordSetting,
  type Setting,
  type Settings,
  type SettingsOf,
  urlSetting,
} from './settings.ts';

/** Where one signal is sent. */
export interface OtlpTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly files: OtlpFiles;
}

/** The files that an encrypted connection needs: whom it trusts, and who it is itself. */
export interface OtlpFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Where the standard has a collector when nothing else is said. */
const DEFAULT_ENDPOINT = 'http://localhost:4318';

const DURATION = { above: 0, atMost: LONGEST_WAIT_MS } as const;

const TIMEOUT = 'OTEL_EXPORTER_OTLP_TIMEOUT';

const SETTINGS = {
  endpoint: urlSetting('OTEL_EXPORTER_OTLP_ENDPOINT'),
  headers: recordSetting<Readonly<Record<string, string>>>(),
  timeoutMs: numberSetting(DURATION),
  metricsIntervalMs: numberSetting(DURATION, 'OTEL_METRIC_EXPORT_INTERVAL'),
} satisfies SettingsOf<OtlpOptions>;

/** The option `otlp`: false, an endpoint, or an object. */
export const otlpSetting: Setting<Partial<OtlpOptions> | false> = otherSetting((name, given) => {
  if (given === false) return false;
  if (typeof given === 'string') return { endpoint: given };
  return RECORD.fromOption(name, given);
});

const RECORD = recordSetting<OtlpOptions>();

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
  option: Partial<OtlpOptions> | false | undefined,
  readsEnvironment: boolean,
): OtlpTargets {
  const asked = option === false || option === undefined ? {} : option;
  const {
    endpoint: base,
    headers = {},
    timeoutMs,
    metricsIntervalMs: intervalMs = 60_000,
  } = settings.read(asked, SETTINGS, 'otlp');
  const timeoutOf = (signal: string): number =>
    timeoutMs ?? settings.get(numberSetting(DURATION, `OTEL_EXPORTER_OTLP_${signal}_TIMEOUT`, TIMEOUT)) ?? 3_000;
  const timeouts = { traces: timeoutOf('TRACES'), metrics: timeoutOf('METRICS') };
  if (option === false || (option === undefined && !readsEnvironment)) {
    return { traces: undefined, metrics: undefined, intervalMs };
  }
  checkProtocols(settings);
  const target = (signal: 'traces' | 'metrics'): OtlpTarget | undefined => {
    const own = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`;
    const url =
      (asked.endpoint === undefined ? settings.get(urlSetting(own)) : undefined) ??
      (base === undefined ? undefined : addressOf(base, signal)) ??
      (option === undefined && asksForOtlp(settings, signal) ? `${DEFAULT_ENDPOINT}/v1/${signal}` : undefined);
    if (url === undefined) return undefined;
    return { url, headers, timeoutMs: timeouts[signal], files: filesOf(settings, signal) };
  };
  return { traces: target('traces'), metrics: target('metrics'), intervalMs };
}

/** The signal's path goes at the end of the path of the base address; a query, which may carry a key, stays. */
function addressOf(base: string, signal: 'traces' | 'metrics'): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/${signal}`;
  return url.href;
}

/** @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
function filesOf(settings: Settings, signal: 'traces' | 'metrics'): OtlpFiles {
  const variables = { ca: 'CERTIFICATE', cert: 'CLIENT_CERTIFICATE', key: 'CLIENT_KEY' };
  const files = Object.entries(variables).map(([name, variable]) => {
    const own = settings.variable(`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${variable}`);
    return [name, own ?? settings.variable(`OTEL_EXPORTER_OTLP_${variable}`)] as const;
  });
  return Object.fromEntries(files.filter(([, path]) => path !== undefined));
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
