import { metrics, trace } from '@opentelemetry/api';
import * as sdkTraces from '@opentelemetry/sdk-trace';
import { step } from 'tta-dev-primitives';
import { afterEach, describe, expect, it } from 'vitest';
import {
  getMeter,
  getObservability,
  getTracer,
  initializeObservability,
  isObservabilityEnabled,
  shutdownObservability,
} from '../index.ts';
import { state, stating } from './__fixtures__/stating-primitive.ts';
import { linesOf, telemetryForTest } from './__fixtures__/telemetry-for-test.ts';
import { Observability } from './observability.ts';
import { installedSdk, type SdkLoader } from './sdk.ts';

const TEST = { NODE_ENV: 'test' };

const lookup = stating('cache', 'lookup', (note) => {
  note('cache.operation', 'a');
  note('cache.outcome', 'hit');
});

const missing = Object.assign(new Error("Cannot find package '@opentelemetry/sdk-trace'"), {
  code: 'ERR_MODULE_NOT_FOUND',
});
const nothingInstalled: SdkLoader = {
  load: () => Promise.reject(missing),
  loadTraces: () => Promise.reject(missing),
  loadOtlp: () => Promise.reject(missing),
};

describe('initializeObservability', () => {
  afterEach(async () => {
    await shutdownObservability();
  });

  it('gives a handle, and the same one again', async () => {
    expect(getObservability()).toBeNull();
    expect(isObservabilityEnabled()).toBe(false);
    const [first, second] = await Promise.all([initializeObservability(), initializeObservability()]);
    expect(second).toBe(first);
    expect(await initializeObservability()).toBe(first);
    expect(getObservability()).toBe(first);
    expect(isObservabilityEnabled()).toBe(true);
    expect(first).toMatchObject({ state: 'active', problems: [], metricsUrl: null });
  });

  it('is over after its end, and begins anew when it is called again', async () => {
    const first = await initializeObservability();
    await lookup.execute(undefined);
    expect(await shutdownObservability()).toBe(true);
    expect(getObservability()).toBeNull();
    expect(isObservabilityEnabled()).toBe(false);
    expect(first.state).toBe('noop');
    const second = await initializeObservability();
    expect(second).not.toBe(first);
    await lookup.execute(undefined);
    expect(linesOf(await second.metricsText()).get('cache_hits_total{operation="a"}')).toBe(1);
  });

  it('is one for all copies of this package, so that nothing is counted twice', async () => {
    const copy: typeof import('../index.ts') = await import('./initialize-observability.ts?copy' as string);
    expect(copy.initializeObservability).not.toBe(initializeObservability);
    expect(await copy.initializeObservability()).toBe(await initializeObservability());
  });

  it('gives tracers and meters of whatever is running, and silent ones of nothing', async () => {
    expect(getTracer().startSpan('before').isRecording()).toBe(false);
    const handle = await initializeObservability();
    getMeter('mine').createCounter('orders').add(2);
    getTracer('mine').startSpan('order').end();
    expect(linesOf(await handle.metricsText()).get('orders_total')).toBe(2);
    expect(handle.finishedSpans().map(({ name }) => name)).toEqual(['order']);
    await handle.shutdown();
    expect(getTracer().startSpan('after').isRecording()).toBe(false);
    getMeter().createCounter('orders').add(1);
  });
});

describe('Observability', () => {
  it('observes primitives that were made before its start and after', async () => {
    const before = step('before', () => 1);
    await using telemetry = await telemetryForTest();
    await before.execute(undefined);
    await step('after', () => 2).execute(undefined);
    expect(telemetry.handle.finishedSpans().map(({ name }) => name)).toEqual(['before', 'after']);
  });

  it('keeps the first options, and says which of the later ones have no effect', async () => {
    const observability = new Observability(installedSdk, TEST);
    const first = await observability.initialize({ serviceName: 'a', level: 'full' });
    const second = await observability.initialize({ serviceName: 'b', level: 'full', sampleRatio: 1 });
    await observability.initialize({ serviceName: 'b', level: 'full', sampleRatio: 1 });
    expect(second).toBe(first);
    expect(first.problems.map(String)).toEqual([
      'telemetry was already started with other options, so serviceName, sampleRatio had no effect; shut it down first',
    ]);
    await observability.shutdown();
  });

  it('starts anew after a shutdown through the handle, and waits for its end', async () => {
    const observability = new Observability(installedSdk, TEST);
    const first = await observability.initialize();
    void first.shutdown();
    const second = await observability.initialize();
    expect(second).not.toBe(first);
    expect(second.state).toBe('active');
    await lookup.execute(undefined);
    expect(second.finishedSpans()).toHaveLength(1);
    await observability.shutdown();
  });

  it('starts anew when a start was overtaken by a shutdown', async () => {
    const observability = new Observability(installedSdk, TEST);
    const overtaken = observability.initialize();
    const ending = observability.shutdown();
    const handle = await observability.initialize();
    expect((await overtaken).state).toBe('noop');
    expect(await ending).toBe(true);
    expect(handle.state).toBe('active');
    await observability.shutdown();
    expect(observability.current).toBeNull();
  });

  it('takes back everything that it registered', async () => {
    const observability = new Observability(installedSdk, TEST);
    await observability.initialize();
    const provider = metrics.getMeterProvider();
    await observability.shutdown();
    expect(metrics.getMeterProvider()).not.toBe(provider);
    expect(trace.getTracer('any').startSpan('any').isRecording()).toBe(false);
    expect(await observability.shutdown()).toBe(true);
  });

  it('loses nothing of the work that is running while it ends', async () => {
    const observability = new Observability(installedSdk, TEST);
    await observability.initialize();
    const { promise, resolve } = Promise.withResolvers<string>();
    const running = Array.from({ length: 50 }, () => step('slow', () => promise).execute(undefined));
    const ended = observability.shutdown();
    const later = Array.from({ length: 50 }, () => step('quick', () => 'quick').execute(undefined));
    resolve('done');
    expect(await Promise.all([ended, ...running, ...later])).toEqual([
      true,
      ...Array(50).fill('done'),
      ...Array(50).fill('quick'),
    ]);
  });

  it('does nothing where OpenTelemetry is not installed, and says what to install', async () => {
    await using telemetry = await telemetryForTest({}, {}, nothingInstalled);
    const { handle } = telemetry;
    expect(handle).toMatchObject({ state: 'noop', metricsUrl: null, problems: [{ code: 'missing_package' }] });
    expect(String(handle.problems[0])).toContain('npm install @opentelemetry/sdk-trace@');
    expect(await lookup.execute(undefined)).toBeUndefined();
    expect(await handle.metricsText()).toMatch(/^# /);
    expect([await handle.flush(), await handle.shutdown()]).toEqual([true, true]);
  });

  it('goes on without a collector where only the packages for that are not installed', async () => {
    const loader = { ...installedSdk, loadOtlp: nothingInstalled.loadOtlp };
    await using telemetry = await telemetryForTest({ otlp: 'http://127.0.0.1:1' }, {}, loader);
    expect(telemetry.handle).toMatchObject({ state: 'degraded', problems: [{ code: 'missing_package' }] });
    await lookup.execute(undefined);
    expect(telemetry.handle.finishedSpans()).toHaveLength(1);
  });

  it.each([
    ['lacks what is needed', {}],
    [
      'fails when it is used',
      {
        ...sdkTraces,
        TracerProvider: class {
          constructor() {
            throw new Error('of another version');
          }
        },
      },
    ],
  ])('does nothing when a package %s, says why, and leaves nothing registered', async (_what, traces) => {
    const broken = { ...installedSdk, loadTraces: async () => ({ ...(await installedSdk.loadTraces()), traces }) };
    await using telemetry = await telemetryForTest({}, {}, broken as unknown as SdkLoader);
    expect(telemetry.handle).toMatchObject({ state: 'noop', problems: [{ code: 'failed' }] });
    expect(metrics.getMeterProvider().constructor.name).toContain('Noop');
    expect(await lookup.execute(undefined)).toBeUndefined();
  });

  it('does nothing when it is turned off', async () => {
    await using telemetry = await telemetryForTest({}, { ENABLE_APM: 'false' });
    expect(telemetry.handle).toMatchObject({ state: 'noop', problems: [] });
    await lookup.execute(undefined);
    expect(telemetry.handle.finishedSpans()).toEqual([]);
  });

  it.each([null, 7, 'text', { otlp: 7, resource: null }])(
    'never throws, not even for the options %o',
    async (options) => {
      await using telemetry = await telemetryForTest(options as never);
      expect(telemetry.handle.state).not.toBe('noop');
    },
  );

  it('puts the service, the environment, the host and the process on the resource, but no command line', async () => {
    await using telemetry = await telemetryForTest(
      { serviceName: 'bot', serviceVersion: '1.2.3', resource: { team: 'search' } },
      { OTEL_RESOURCE_ATTRIBUTES: 'region=eu' },
    );
    const [, line = ''] = (await telemetry.handle.metricsText()).match(/^target_info\{(.*)\} 1$/m) ?? [];
    for (const attribute of [
      'service_name="bot"',
      'service_version="1.2.3"',
      'deployment_environment_name="test"',
      'team="search"',
      'region="eu"',
      `process_pid="${process.pid}"`,
    ]) {
      expect(line).toContain(attribute);
    }
    for (const key of ['service_instance_id', 'host_name', 'process_runtime_version'])
      expect(line).toContain(`${key}="`);
    expect(line).not.toContain('command');
  });

  it('says so in one problem, and goes on, when a value is invalid', async () => {
    await using telemetry = await telemetryForTest({ sampleRatio: 2 });
    expect(telemetry.handle).toMatchObject({ state: 'degraded', problems: [{ code: 'invalid_value' }] });
    await state('any', () => 1);
    expect(telemetry.handle.finishedSpans()).toHaveLength(1);
  });
});
