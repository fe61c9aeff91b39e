import { describe, expect, it } from 'vitest';
import { type ObservabilityConfig, resolveConfig } from './config.ts';
import type { ObservabilityOptions } from './options.ts';
import type { Environment } from './settings.ts';

function configOf(options: ObservabilityOptions, env: Environment = {}): ObservabilityConfig {
  const { config, problems } = resolveConfig(options, env);
  expect(problems).toEqual([]);
  return config;
}

describe('the defaults of an environment', () => {
  it.each([
    { environment: 'development', toConsole: true, inMemory: false, ratio: 1, isServed: true, sendsOtlp: true },
    { environment: 'test', toConsole: false, inMemory: true, ratio: 1, isServed: false, sendsOtlp: false },
    { environment: 'staging', toConsole: false, inMemory: false, ratio: 0.1, isServed: true, sendsOtlp: true },
    { environment: 'production', toConsole: false, inMemory: false, ratio: 0.1, isServed: true, sendsOtlp: true },
    { environment: 'eu-west', toConsole: false, inMemory: false, ratio: 0.1, isServed: true, sendsOtlp: true },
  ])('in $environment', ({ environment, toConsole, inMemory, ratio, isServed, sendsOtlp }) => {
    const env = { ENVIRONMENT: environment, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
    const { traces, metrics } = configOf({}, env);
    expect(traces).toMatchObject({ toConsole, inMemory, sampler: { ratio, followsParent: true }, level: 'full' });
    expect(metrics.prometheus).toEqual(isServed ? { port: 9464, host: '127.0.0.1', isExplicit: false } : undefined);
    expect([traces.otlp?.url, metrics.otlp?.url]).toEqual(
      sendsOtlp ? ['http://collector:4318/v1/traces', 'http://collector:4318/v1/metrics'] : [undefined, undefined],
    );
  });

  it('are those of development when no environment is named', () => {
    expect(configOf({}).environment).toBe('development');
  });

  it('sends nothing to a collector while no endpoint is set', () => {
    const { traces, metrics } = configOf({ environment: 'production' });
    expect([traces.otlp, metrics.otlp]).toEqual([undefined, undefined]);
  });
});

describe('a setting', () => {
  it('is the option, else the variable, else the default', () => {
    const env = { OTEL_SERVICE_NAME: 'from-variable', NODE_ENV: 'production', ENVIRONMENT: 'staging' };
    expect(configOf({ serviceName: 'from-option' }, env).service.name).toBe('from-option');
    expect(configOf({}, env)).toMatchObject({ service: { name: 'from-variable' }, environment: 'staging' });
    expect(configOf({}, { NODE_ENV: 'production' }).environment).toBe('production');
    expect(configOf({}).service.name).toBe('tta');
  });

  it.each<[string, Environment, (config: ObservabilityConfig) => unknown, unknown]>([
    ['the port', { OTEL_EXPORTER_PROMETHEUS_PORT: '9999' }, (c) => c.metrics.prometheus?.port, 9_999],
    ['the port', { TTA_METRICS_PORT: '9998' }, (c) => c.metrics.prometheus?.port, 9_998],
    [
      'the standard port',
      { TTA_METRICS_PORT: '1', OTEL_EXPORTER_PROMETHEUS_PORT: '2' },
      (c) => c.metrics.prometheus?.port,
      2,
    ],
    ['the host', { OTEL_EXPORTER_PROMETHEUS_HOST: '0.0.0.0' }, (c) => c.metrics.prometheus?.host, '0.0.0.0'],
    ['the level', { TTA_OBSERVABILITY_LEVEL: 'minimal' }, (c) => c.traces.level, 'minimal'],
    ['the sampler', { OTEL_TRACES_SAMPLER: 'always_off' }, (c) => c.traces.sampler, { ratio: 0, followsParent: false }],
    [
      'the sampler and its share',
      { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' },
      (c) => c.traces.sampler,
      { ratio: 0.25, followsParent: true },
    ],
    ['console traces', { NODE_ENV: 'production', OTEL_TRACES_EXPORTER: 'console' }, (c) => c.traces.toConsole, true],
    ['no traces', { OTEL_TRACES_EXPORTER: 'none' }, (c) => c.traces.toConsole, false],
    ['no page', { OTEL_METRICS_EXPORTER: 'none' }, (c) => c.metrics.prometheus, undefined],
    [
      'no metrics for the collector',
      { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' },
      (c) => c.metrics.otlp,
      undefined,
    ],
    [
      'a collector for traces only',
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c:4318/custom' },
      (c) => [c.traces.otlp?.url, c.metrics.otlp],
      ['http://c:4318/custom', undefined],
    ],
    [
      'an address with a path and a query',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c/in/?key=1' },
      (c) => [c.traces.otlp?.url, c.metrics.otlp?.url],
      ['https://c/in/v1/traces?key=1', 'https://c/in/v1/metrics?key=1'],
    ],
    [
      'the time-out of the collector',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/', OTEL_EXPORTER_OTLP_TIMEOUT: '1500' },
      (c) => [c.traces.otlp?.url, c.traces.otlp?.timeoutMs],
      ['http://c:4318/v1/traces', 1_500],
    ],
    [
      'the time-out of each signal',
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318',
        OTEL_EXPORTER_OTLP_TIMEOUT: '1500',
        OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '700',
      },
      (c) => [c.traces.otlp?.timeoutMs, c.metrics.otlp?.timeoutMs],
      [700, 1_500],
    ],
    [
      'a collector that is asked for without an endpoint',
      { OTEL_TRACES_EXPORTER: 'console,otlp' },
      (c) => [c.traces.otlp?.url, c.metrics.otlp],
      ['http://localhost:4318/v1/traces', undefined],
    ],
    [
      'a collector for metrics that is asked for without an endpoint',
      { OTEL_METRICS_EXPORTER: 'otlp' },
      (c) => [c.traces.otlp, c.metrics.otlp?.url],
      [undefined, 'http://localhost:4318/v1/metrics'],
    ],
    [
      'the files of an encrypted connection',
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c:4318',
        OTEL_EXPORTER_OTLP_CERTIFICATE: 'ca.pem',
        OTEL_EXPORTER_OTLP_CLIENT_KEY: 'key.pem',
        OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: 'traces.pem',
        OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE: 'me.pem',
      },
      (c) => [c.traces.otlp?.files, c.metrics.otlp?.files],
      [
        { ca: 'traces.pem', key: 'key.pem' },
        { ca: 'ca.pem', cert: 'me.pem', key: 'key.pem' },
      ],
    ],
    ['how often metrics are sent', { OTEL_METRIC_EXPORT_INTERVAL: '5000' }, (c) => c.metrics.intervalMs, 5_000],
    [
      'the batches',
      { OTEL_BSP_SCHEDULE_DELAY: '10', OTEL_BSP_MAX_QUEUE_SIZE: '20', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '5' },
      (c) => c.traces.batch,
      { delayMs: 10, maxQueueSize: 20, maxBatchSize: 5 },
    ],
    [
      'attributes of the resource',
      { OTEL_RESOURCE_ATTRIBUTES: 'team=search,service.name=web,service.version=2,region=eu%2Cwest' },
      (c) => [c.resource['team'], c.service, c.resource['region']],
      ['search', { name: 'web', version: '2' }, 'eu,west'],
    ],
    [
      'attributes of the resource with = in their values',
      { OTEL_RESOURCE_ATTRIBUTES: 'team = payments ,selector=a=b,token=YQ==, , empty=,' },
      (c) => c.resource,
      { team: 'payments', selector: 'a=b', token: 'YQ==', empty: '' },
    ],
  ])('%s comes from the variables that OpenTelemetry gives it', (_what, env, read, expected) => {
    expect(read(configOf({}, env))).toEqual(expected);
  });

  it.each([
    { TTA_OBSERVABILITY_ENABLED: 'false' },
    { TTA_OBSERVABILITY_ENABLED: '0' },
    { ENABLE_APM: 'false' },
    { OTEL_SDK_DISABLED: 'true' },
    { OTEL_SDK_DISABLED: 'TRUE' },
  ])('turns everything off with %o, whatever the code says', (env) => {
    expect(configOf({ enabled: true }, env).isEnabled).toBe(false);
  });

  it.each([{}, { TTA_OBSERVABILITY_ENABLED: 'true' }, { OTEL_SDK_DISABLED: 'false', ENABLE_APM: '1' }])(
    'leaves everything on with %o',
    (env) => {
      expect(configOf({}, env).isEnabled).toBe(true);
    },
  );

  it('sends to the endpoint given in the code, to every signal, even in tests', () => {
    const otlp = { endpoint: 'https://c:4318', headers: { authorization: 'x' }, timeoutMs: 50 };
    const { traces } = configOf({ otlp, environment: 'test' }, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://other' });
    expect(traces.otlp).toEqual({
      url: 'https://c:4318/v1/traces',
      headers: { authorization: 'x' },
      timeoutMs: 50,
      files: {},
    });
  });

  it('sends nothing in tests because of a variable', () => {
    const { traces } = configOf({ environment: 'test' }, { OTEL_TRACES_EXPORTER: 'otlp' });
    expect(traces.otlp).toBeUndefined();
  });

  it('lists a limit of the cost at a level that has no spans of model calls', () => {
    const traces = { keep: { costlierThanUsd: 1 } };
    const messages = resolveConfig({ level: 'minimal', traces }, {}).problems.map(String);
    expect(messages).toEqual([expect.stringMatching(/costlierThanUsd needs level: 'full'.*it is ignored$/)]);
    expect(configOf({ traces }).traces.settings.rules.costlierThanUsd).toBe(1);
    expect(configOf({ level: 'minimal', traces: { keep: { failed: true } } }).traces.level).toBe('minimal');
  });

  it('sends nothing with otlp: false', () => {
    const { traces } = configOf({ otlp: false }, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' });
    expect(traces.otlp).toBeUndefined();
  });
});

describe('an invalid value', () => {
  it.each<[Environment, (config: ObservabilityConfig) => unknown, unknown]>([
    [{ OTEL_EXPORTER_PROMETHEUS_PORT: 'abc' }, (c) => c.metrics.prometheus?.port, 9_464],
    [{ OTEL_EXPORTER_PROMETHEUS_PORT: '70000' }, (c) => c.metrics.prometheus?.port, 9_464],
    [{ TTA_METRICS_PORT: '-1' }, (c) => c.metrics.prometheus?.port, 9_464],
    [{ TTA_OBSERVABILITY_ENABLED: 'perhaps' }, (c) => c.isEnabled, true],
    [{ ENABLE_APM: 'perhaps' }, (c) => c.isEnabled, true],
    [{ OTEL_SDK_DISABLED: 'perhaps' }, (c) => c.isEnabled, true],
    [{ TTA_OBSERVABILITY_LEVEL: 'loud' }, (c) => c.traces.level, 'full'],
    [{ OTEL_TRACES_SAMPLER: 'bogus' }, (c) => c.traces.sampler.ratio, 1],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '7' }, (c) => c.traces.sampler.ratio, 1],
    [{ OTEL_TRACES_EXPORTER: 'bogus' }, (c) => c.traces.toConsole, false],
    [{ OTEL_METRICS_EXPORTER: 'bogus,prometheus' }, (c) => c.metrics.prometheus?.port, 9_464],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'not a url' }, (c) => c.traces.otlp, undefined],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, (c) => c.traces.otlp, undefined],
    [{ OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc' }, (c) => c.traces.otlp, undefined],
    [{ OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: 'soon' }, (c) => c.metrics.otlp, undefined],
    [{ OTEL_EXPORTER_OTLP_TIMEOUT: '-5' }, (c) => c.metrics.intervalMs, 60_000],
    [{ OTEL_METRIC_EXPORT_INTERVAL: 'abc' }, (c) => c.metrics.intervalMs, 60_000],
    [{ OTEL_BSP_SCHEDULE_DELAY: '-5' }, (c) => c.traces.batch.delayMs, 1_000],
    [{ OTEL_BSP_MAX_QUEUE_SIZE: '1.5' }, (c) => c.traces.batch.maxQueueSize, 2_048],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'team=search,broken' }, (c) => c.resource, {}],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'team=%E0%A4%A' }, (c) => c.resource, {}],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'team=search,=nameless' }, (c) => c.resource, {}],
  ])('of a variable, as in %o, falls back and is listed with its name', (env, read, expected) => {
    const { config, problems } = resolveConfig({}, env);
    expect(read(config)).toEqual(expected);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: 'invalid_value' });
    expect(Object.keys(env).some((name) => problems[0]?.message.includes(name))).toBe(true);
  });

  it.each<[unknown, (config: ObservabilityConfig) => unknown, unknown]>([
    [{ serviceName: 7 }, (c) => c.service.name, 'tta'],
    [{ serviceName: ' ' }, (c) => c.service.name, 'tta'],
    [{ environment: null }, (c) => c.environment, 'development'],
    [{ enablePrometheus: 'yes' }, (c) => c.metrics.prometheus?.port, 9_464],
    [{ prometheusPort: 70_000 }, (c) => c.metrics.prometheus?.port, undefined],
    [{ prometheusPort: '9464' }, (c) => c.metrics.prometheus?.port, undefined],
    [{ prometheusHost: 7 }, (c) => c.metrics.prometheus?.host, '127.0.0.1'],
    [{ enableConsoleTraces: 1 }, (c) => c.traces.toConsole, true],
    [{ otlp: 'nonsense' }, (c) => c.traces.otlp, undefined],
    [{ otlp: { endpoint: 'http://c', timeoutMs: 0 } }, (c) => c.traces.otlp?.timeoutMs, 3_000],
    [{ otlp: 7 }, (c) => c.traces.otlp, undefined],
    [{ resource: null }, (c) => c.resource, {}],
    [{ sampleRatio: 2 }, (c) => c.traces.sampler.ratio, 1],
    [{ level: 'loud' }, (c) => c.traces.level, 'full'],
    [{ maxDimensionValues: 0 }, (c) => c.metrics.maxDimensionValues, 100],
    [{ shutdownTimeoutMs: Number.NaN }, (c) => c.shutdownTimeoutMs, 3_000],
    [{ enabled: 'no' }, (c) => c.isEnabled, true],
  ])('of an option, as in %o, falls back and is listed with its name', (options, read, expected) => {
    const { config, problems } = resolveConfig(options as ObservabilityOptions, {});
    expect(read(config)).toEqual(expected);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain(Object.keys(options as object)[0]);
  });

  it('of the port is listed also where no port is opened', () => {
    const options = { environment: 'test', prometheusPort: 70_000, enablePrometheus: false };
    const { problems } = resolveConfig(options, {});
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('prometheusPort must be')]);
  });

  it('is a port in an environment that opens none, unless the page is switched off', () => {
    const options = { environment: 'test', prometheusPort: 9_464 };
    const { config, problems } = resolveConfig(options, {});
    expect(config.metrics.prometheus).toBeUndefined();
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('prometheusPort needs')]);
    expect(resolveConfig({ ...options, enablePrometheus: false }, {}).problems).toEqual([]);
  });

  it('of an option makes way for the variable', () => {
    const options = { level: 'loud' } as unknown as ObservabilityOptions;
    expect(resolveConfig(options, { TTA_OBSERVABILITY_LEVEL: 'off' }).config.traces.level).toBe('off');
  });

  it.each<[unknown, string[]]>([
    [{ servicename: 'bot', sampleratio: 1 }, ['servicename', 'sampleratio']],
    [{ otlp: { url: 'http://c', endpoint: 'http://c' } }, ['otlp.url']],
  ])('of an option that does not exist, as in %o, is listed with its name', (options, names) => {
    const { config, problems } = resolveConfig(options as ObservabilityOptions, {});
    expect(config.service.name).toBe('tta');
    expect(problems.map(({ code }) => code)).toEqual(names.map(() => 'invalid_value'));
    expect(problems.map(({ message }) => message)).toEqual(
      names.map((name) =>
        expect.stringMatching(`^initializeObservability: ${name} is not an option; the options are `),
      ),
    );
  });
});
