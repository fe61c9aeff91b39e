import { refusal } from 'tta-dev-primitives/internal';
import type { TelemetryLevel } from '../telemetry/spans/execution-span.ts';
import type { ObservabilityOptions } from './options.ts';
import { type OtlpTarget, otlpOf, otlpSetting } from './otlp-config.ts';
import type { Problem } from './problem.ts';
import {
  booleanSetting,
  type Environment,
  type Given,
  LONGEST_WAIT_MS,
  numberSetting,
  recordSetting,
  Settings,
  type SettingsOf,
  textSetting,
  wordSetting,
} from './settings.ts';
import { namesOfSet, type TraceSettings, traceSettingsOf, tracesSetting } from './traces/config.ts';

export interface PrometheusConfig {
  /** Undefined if the requested port is invalid. */
  readonly port: number | undefined;
  readonly host: string;
  /** Whether it was asked for, rather than being the default. */
  readonly isExplicit: boolean;
}

export interface TracesConfig {
  readonly toConsole: boolean;
  readonly inMemory: boolean;
  readonly otlp: OtlpTarget | undefined;
  readonly sampler: { readonly ratio: number; readonly followsParent: boolean };
  readonly level: TelemetryLevel;
  readonly settings: TraceSettings;
  /** The options that were set and that have no effect in a process with providers of its own. */
  readonly ownOnly: readonly string[];
  /** Whether spans are expected to go somewhere, as they are where real users are. */
  readonly isExporterExpected: boolean;
  readonly batch: {
    readonly delayMs: number;
    readonly maxQueueSize: number;
    readonly maxBatchSize: number;
  };
}

export interface MetricsConfig {
  readonly prometheus: PrometheusConfig | undefined;
  readonly otlp: OtlpTarget | undefined;
  readonly intervalMs: number;
  readonly maxDimensionValues: number;
  /** What readers of the page must show. */
  readonly token: string | undefined;
}

/** `if_installed`: only a page that was asked for is missed when its package is not installed. */
export type DashboardConfig = 'off' | 'if_installed' | 'on';

/** Everything that is decided before anything is started. */
export interface ObservabilityConfig {
  readonly isEnabled: boolean;
  readonly environment: string;
  readonly service: { readonly name: string; readonly version: string | undefined };
  readonly resource: Readonly<Record<string, string>>;
  readonly traces: TracesConfig;
  readonly metrics: MetricsConfig;
  readonly dashboard: DashboardConfig;
  readonly shutdownTimeoutMs: number;
}

export interface ResolvedConfig {
  readonly config: ObservabilityConfig;
  /** The values that could not be used, each with what it should have been. */
  readonly problems: readonly Problem[];
}

const DURATION = { above: 0, atMost: LONGEST_WAIT_MS } as const;
const COUNT = { atLeast: 1, isInteger: true, atMost: 1_000_000 } as const;
const PORT = { atLeast: 0, atMost: 65_535, isInteger: true } as const;
const SHARE = { atLeast: 0, atMost: 1 } as const;
const PORT_VARIABLES = ['OTEL_EXPORTER_PROMETHEUS_PORT', 'TTA_METRICS_PORT'] as const;

const SETTINGS = {
  serviceName: textSetting('OTEL_SERVICE_NAME'),
  serviceVersion: textSetting(),
  environment: textSetting('ENVIRONMENT', 'NODE_ENV'),
  enabled: booleanSetting(),
  enablePrometheus: booleanSetting(),
  prometheusPort: numberSetting(PORT, ...PORT_VARIABLES),
  enableDashboard: booleanSetting('TTA_DASHBOARD_ENABLED'),
  prometheusHost: textSetting('OTEL_EXPORTER_PROMETHEUS_HOST', 'TTA_METRICS_HOST'),
  prometheusToken: textSetting('TTA_METRICS_TOKEN'),
  enableConsoleTraces: booleanSetting(),
  otlp: otlpSetting,
  sampleRatio: numberSetting(SHARE),
  traces: tracesSetting,
  level: wordSetting(['off', 'minimal', 'full'], 'TTA_OBSERVABILITY_LEVEL'),
  resource: recordSetting<Readonly<Record<string, string>>>(),
  maxDimensionValues: numberSetting(COUNT),
  shutdownTimeoutMs: numberSetting(DURATION),
} satisfies SettingsOf<ObservabilityOptions>;

/** What the options and the environment say, before the defaults. */
interface Sources {
  readonly settings: Settings;
  readonly options: ObservabilityOptions;
  readonly given: Given<typeof SETTINGS>;
  readonly profile: Profile;
}

/** The defaults of an environment; a name that is not known is taken for a place where real users are. */
type Profile = 'development' | 'test' | 'production';

/**
 * Decides on everything: option, then environment variable, then the default of the environment.
 *
 * Pure, and total: an invalid value falls back and is listed, as an option is that does not exist.
 */
export function resolveConfig(options: ObservabilityOptions, env: Environment): ResolvedConfig {
  const settings = new Settings(env);
  const given = settings.read(options, SETTINGS);
  const { environment = 'development' } = given;
  const profile = profileOf(environment);
  const sources = { settings, options, given, profile };
  const attributes = { ...resourceAttributes(settings), ...given.resource };
  const otlp = otlpOf(settings, given.otlp, profile !== 'test');
  const config: ObservabilityConfig = {
    isEnabled: isEnabled(settings, given.enabled),
    environment,
    service: {
      name: given.serviceName ?? attributes['service.name'] ?? 'tta',
      version: given.serviceVersion ?? attributes['service.version'],
    },
    resource: attributes,
    traces: tracesConfigOf(sources, otlp.traces),
    metrics: metricsConfigOf(sources, otlp.metrics, otlp.intervalMs),
    dashboard: dashboardOf(sources),
    shutdownTimeoutMs: given.shutdownTimeoutMs ?? 3_000,
  };
  return { config, problems: settings.problems };
}

function profileOf(environment: string): Profile {
  const name = environment.toLowerCase();
  if (name === 'test') return 'test';
  return ['development', 'dev', 'local'].includes(name) ? 'development' : 'production';
}

/** Every switch can only turn off: who runs the process has the last word. */
function isEnabled(settings: Settings, enabled = true): boolean {
  const isOn = ['TTA_OBSERVABILITY_ENABLED', 'ENABLE_APM'].map((name) => settings.get(booleanSetting(name)) ?? true);
  const isDisabled = settings.get(booleanSetting('OTEL_SDK_DISABLED')) ?? false;
  return enabled && isOn.every(Boolean) && !isDisabled;
}

function dashboardOf({ given: { enableDashboard }, profile }: Sources): DashboardConfig {
  if (enableDashboard === undefined) return profile === 'development' ? 'if_installed' : 'off';
  return enableDashboard ? 'on' : 'off';
}

function tracesConfigOf(sources: Sources, otlp: OtlpTarget | undefined): TracesConfig {
  const { settings, given, profile } = sources;
  const exporters = settings.list('OTEL_TRACES_EXPORTER', ['otlp', 'console', 'none', 'file'] as const);
  const level = given.level ?? 'full';
  const traceSettings = traceSettingsOf(settings, given.traces, {
    keepsByDefault: !isTurnedOff(sources),
    writesFile: exporters?.has('file') === true,
  });
  if (level === 'minimal' && traceSettings.rules.costlierThanUsd !== undefined) {
    settings.report(
      "initializeObservability: traces.keep.costlierThanUsd needs level: 'full', because costs are on the spans of model calls",
    );
  }
  return {
    toConsole: given.enableConsoleTraces ?? exporters?.has('console') ?? profile === 'development',
    inMemory: profile === 'test',
    otlp: exporters === undefined || exporters.has('otlp') || given.otlp !== undefined ? otlp : undefined,
    sampler: samplerConfigOf(sources),
    level,
    settings: traceSettings,
    ownOnly: [
      ...namesOfSet({
        otlp: given.otlp !== undefined && given.otlp !== false,
        sampleRatio: given.sampleRatio !== undefined,
        enableConsoleTraces: given.enableConsoleTraces === true,
      }),
      ...traceSettings.ownOnly,
    ],
    isExporterExpected: profile === 'production' && exporters?.has('none') !== true && given.otlp !== false,
    batch: {
      delayMs: settings.get(numberSetting(DURATION, 'OTEL_BSP_SCHEDULE_DELAY')) ?? 1_000,
      maxQueueSize: settings.get(numberSetting(COUNT, 'OTEL_BSP_MAX_QUEUE_SIZE')) ?? 2_048,
      maxBatchSize: settings.get(numberSetting(COUNT, 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE')) ?? 512,
    },
  };
}

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ for the names of samplers */
function samplerConfigOf({ settings, given, profile }: Sources): TracesConfig['sampler'] {
  if (given.sampleRatio !== undefined) return { ratio: given.sampleRatio, followsParent: true };
  const sampler = settings.get(wordSetting(SAMPLERS, 'OTEL_TRACES_SAMPLER'));
  if (sampler === undefined) return { ratio: profile === 'production' ? 0.1 : 1, followsParent: true };
  const followsParent = sampler.startsWith('parentbased_');
  if (sampler.endsWith('always_on')) return { ratio: 1, followsParent };
  if (sampler.endsWith('always_off')) return { ratio: 0, followsParent };
  return { ratio: settings.get(numberSetting(SHARE, 'OTEL_TRACES_SAMPLER_ARG')) ?? 1, followsParent };
}

/** Whether the environment asks for no trace at all, a failed one included. */
function isTurnedOff({ settings, given }: Sources): boolean {
  const sampler = settings.get(wordSetting(SAMPLERS, 'OTEL_TRACES_SAMPLER'));
  return given.sampleRatio === undefined && sampler?.endsWith('always_off') === true;
}

function metricsConfigOf(sources: Sources, otlp: OtlpTarget | undefined, intervalMs: number): MetricsConfig {
  const { settings, options, given, profile } = sources;
  const exporters = settings.list('OTEL_METRICS_EXPORTER', ['otlp', 'prometheus', 'none'] as const);
  const isServed = given.enablePrometheus ?? exporters?.has('prometheus') ?? profile !== 'test';
  if (!isServed && options.prometheusPort !== undefined && given.enablePrometheus === undefined) {
    settings.report(
      'initializeObservability: prometheusPort needs enablePrometheus: true, because this environment opens no port',
    );
  }
  return {
    prometheus: isServed ? prometheusOf(sources) : undefined,
    otlp: exporters === undefined || exporters.has('otlp') || given.otlp !== undefined ? otlp : undefined,
    intervalMs,
    maxDimensionValues: given.maxDimensionValues ?? 100,
    token: given.prometheusToken,
  };
}

function prometheusOf({ settings, options, given }: Sources): PrometheusConfig {
  const { prometheusPort: port = 9464, prometheusHost: host = '127.0.0.1' } = given;
  const asked = options.prometheusPort;
  return {
    port: asked === undefined || asked === port ? port : undefined, // a wrong port in the code opens no port at all
    host,
    isExplicit:
      asked !== undefined ||
      options.enablePrometheus === true ||
      PORT_VARIABLES.some((name) => settings.variable(name) !== undefined),
  };
}

/** @see https://opentelemetry.io/docs/specs/otel/resource/sdk/ for `OTEL_RESOURCE_ATTRIBUTES`: one error discards all of it */
function resourceAttributes(settings: Settings): Record<string, string> {
  const text = settings.variable('OTEL_RESOURCE_ATTRIBUTES');
  if (text === undefined) return {};
  try {
    const pairs = text.split(',').filter((pair) => pair.trim() !== '');
    return Object.fromEntries(
      pairs.map((pair) => {
        const [, key, value] = /^\s*([^=]+?)\s*=(.*)$/s.exec(pair) ?? [];
        if (key === undefined || value === undefined) throw new RangeError('not a pair');
        return [decodeURIComponent(key), decodeURIComponent(value.trim())];
      }),
    );
  } catch {
    settings.report(refusal('environment', 'OTEL_RESOURCE_ATTRIBUTES', text, 'key=value pairs separated by commas'));
    return {};
  }
}
