import { type OptionNames, refusal } from 'tta-dev-primitives/internal';
import type { TelemetryLevel } from '../telemetry/spans.ts';
import type { ObservabilityOptions } from './options.ts';
import { type OtlpTarget, otlpOf } from './otlp-config.ts';
import type { Problem } from './problem.ts';
import { type Environment, LONGEST_WAIT_MS, Settings } from './settings.ts';

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
}

/** Everything that is decided before anything is started. */
export interface ObservabilityConfig {
  readonly isEnabled: boolean;
  readonly environment: string;
  readonly service: { readonly name: string; readonly version: string | undefined };
  readonly resource: Readonly<Record<string, string>>;
  readonly traces: TracesConfig;
  readonly metrics: MetricsConfig;
  readonly shutdownTimeoutMs: number;
}

export interface ResolvedConfig {
  readonly config: ObservabilityConfig;
  /** The values that could not be used, each with what it should have been. */
  readonly problems: readonly Problem[];
}

const OPTIONS: OptionNames<ObservabilityOptions> = {
  serviceName: true,
  serviceVersion: true,
  environment: true,
  enabled: true,
  enablePrometheus: true,
  prometheusPort: true,
  prometheusHost: true,
  enableConsoleTraces: true,
  otlp: true,
  sampleRatio: true,
  level: true,
  resource: true,
  maxDimensionValues: true,
  shutdownTimeoutMs: true,
};

const DURATION = { above: 0, atMost: LONGEST_WAIT_MS } as const;
const COUNT = { atLeast: 1, isInteger: true, atMost: 1_000_000 } as const;
const PORT = { atLeast: 0, atMost: 65_535, isInteger: true } as const;

/** The defaults of an environment; a name that is not known is taken for a place where real users are. */
type Profile = 'development' | 'test' | 'production';

/**
 * Decides on everything: option, then environment variable, then the default of the environment.
 *
 * Pure, and total: an invalid value falls back and is listed, as an option is that does not exist.
 */
export function resolveConfig(options: ObservabilityOptions, env: Environment): ResolvedConfig {
  const settings = new Settings(env);
  settings.names(options, OPTIONS);
  const environment = settings.text(
    { option: 'environment', value: options.environment, variables: ['ENVIRONMENT', 'NODE_ENV'] },
    'development',
  );
  const profile = profileOf(environment);
  const attributes = { ...resourceAttributes(settings), ...settings.record('resource', options.resource) };
  const otlp = otlpOf(settings, options.otlp, profile !== 'test');
  const config: ObservabilityConfig = {
    isEnabled: isEnabled(settings, options.enabled),
    environment,
    service: {
      name: settings.text(
        { option: 'serviceName', value: options.serviceName, variables: ['OTEL_SERVICE_NAME'] },
        attributes['service.name'] ?? 'tta',
      ),
      version: settings.text(
        { option: 'serviceVersion', value: options.serviceVersion },
        attributes['service.version'],
      ),
    },
    resource: attributes,
    traces: tracesConfigOf(settings, options, profile, otlp.traces),
    metrics: metricsConfigOf(settings, options, profile, otlp.metrics, otlp.intervalMs),
    shutdownTimeoutMs: settings.number(
      { option: 'shutdownTimeoutMs', value: options.shutdownTimeoutMs },
      3_000,
      DURATION,
    ),
  };
  return { config, problems: settings.problems };
}

function profileOf(environment: string): Profile {
  const name = environment.toLowerCase();
  if (name === 'test') return 'test';
  return ['development', 'dev', 'local'].includes(name) ? 'development' : 'production';
}

/** Every switch can only turn off: who runs the process has the last word. */
function isEnabled(settings: Settings, option: unknown): boolean {
  const switches = [
    settings.boolean({ option: 'enabled', value: option }, true),
    settings.boolean({ variables: ['TTA_OBSERVABILITY_ENABLED'] }, true),
    settings.boolean({ variables: ['ENABLE_APM'] }, true),
    !settings.boolean({ variables: ['OTEL_SDK_DISABLED'] }, false),
  ];
  return switches.every((isOn) => isOn);
}

function tracesConfigOf(
  settings: Settings,
  options: ObservabilityOptions,
  profile: Profile,
  otlp: OtlpTarget | undefined,
): TracesConfig {
  const exporters = settings.list('OTEL_TRACES_EXPORTER', ['otlp', 'console', 'none'] as const);
  const toConsole = exporters?.has('console') ?? profile === 'development';
  return {
    toConsole: settings.boolean({ option: 'enableConsoleTraces', value: options.enableConsoleTraces }, toConsole),
    inMemory: profile === 'test',
    otlp: exporters === undefined || exporters.has('otlp') || options.otlp !== undefined ? otlp : undefined,
    sampler: samplerConfigOf(settings, options.sampleRatio, profile),
    level: settings.oneOf(
      { option: 'level', value: options.level, variables: ['TTA_OBSERVABILITY_LEVEL'] },
      ['off', 'minimal', 'full'] as const,
      'full',
    ),
    batch: {
      delayMs: settings.number({ variables: ['OTEL_BSP_SCHEDULE_DELAY'] }, 1_000, DURATION),
      maxQueueSize: settings.number({ variables: ['OTEL_BSP_MAX_QUEUE_SIZE'] }, 2_048, COUNT),
      maxBatchSize: settings.number({ variables: ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE'] }, 512, COUNT),
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
function samplerConfigOf(settings: Settings, option: unknown, profile: Profile): TracesConfig['sampler'] {
  const share = { atLeast: 0, atMost: 1 };
  const ratio = settings.number({ option: 'sampleRatio', value: option }, undefined, share);
  if (ratio !== undefined) return { ratio, followsParent: true };
  const fallback = profile === 'production' ? 0.1 : 1;
  const sampler = settings.oneOf({ variables: ['OTEL_TRACES_SAMPLER'] }, SAMPLERS, undefined);
  if (sampler === undefined) return { ratio: fallback, followsParent: true };
  const followsParent = sampler.startsWith('parentbased_');
  if (sampler.endsWith('always_on')) return { ratio: 1, followsParent };
  if (sampler.endsWith('always_off')) return { ratio: 0, followsParent };
  return { ratio: settings.number({ variables: ['OTEL_TRACES_SAMPLER_ARG'] }, 1, share), followsParent };
}

function metricsConfigOf(
  settings: Settings,
  options: ObservabilityOptions,
  profile: Profile,
  otlp: OtlpTarget | undefined,
  intervalMs: number,
): MetricsConfig {
  const exporters = settings.list('OTEL_METRICS_EXPORTER', ['otlp', 'prometheus', 'none'] as const);
  const isDefault = exporters?.has('prometheus') ?? profile !== 'test';
  const isServed = settings.boolean({ option: 'enablePrometheus', value: options.enablePrometheus }, isDefault);
  return {
    prometheus: isServed ? prometheusOf(settings, options) : undefined,
    otlp: exporters === undefined || exporters.has('otlp') || options.otlp !== undefined ? otlp : undefined,
    intervalMs,
    maxDimensionValues: settings.number(
      { option: 'maxDimensionValues', value: options.maxDimensionValues },
      100,
      COUNT,
    ),
  };
}

function prometheusOf(settings: Settings, options: ObservabilityOptions): PrometheusConfig {
  const variables = ['OTEL_EXPORTER_PROMETHEUS_PORT', 'TTA_METRICS_PORT'];
  const isAsked = options.prometheusPort !== undefined;
  // A wrong port in the code opens no port at all; a wrong variable falls back.
  const port = isAsked
    ? settings.number({ option: 'prometheusPort', value: options.prometheusPort }, undefined, PORT)
    : settings.number({ variables }, 9464, PORT);
  return {
    port,
    host: settings.text(
      {
        option: 'prometheusHost',
        value: options.prometheusHost,
        variables: ['OTEL_EXPORTER_PROMETHEUS_HOST', 'TTA_METRICS_HOST'],
      },
      '127.0.0.1',
    ),
    isExplicit:
      isAsked || options.enablePrometheus === true || variables.some((name) => settings.variable(name) !== undefined),
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
        const [key = '', value, ...rest] = pair.split('=').map((part) => decodeURIComponent(part.trim()));
        if (key === '' || value === undefined || rest.length > 0) throw new RangeError('not a pair');
        return [key, value];
      }),
    );
  } catch {
    settings.report(refusal('environment', 'OTEL_RESOURCE_ATTRIBUTES', text, 'key=value pairs separated by commas'));
    return {};
  }
}
