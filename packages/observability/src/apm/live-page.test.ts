import { step } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { telemetryForTest } from './__fixtures__/telemetry-for-test.ts';
import type { ObservabilityOptions } from './options.ts';
import type { SdkLoader } from './sdk.ts';

const SERVED: ObservabilityOptions = { enablePrometheus: true, prometheusPort: 0, enableDashboard: true };

const missing = Object.assign(new Error("Cannot find package '@opentelemetry/sdk-trace'"), {
  code: 'ERR_MODULE_NOT_FOUND',
});
const missingPackage = () => Promise.reject(missing);
const nothing: SdkLoader = { load: missingPackage, loadTraces: missingPackage, loadOtlp: missingPackage };

describe('the live page', () => {
  it('is served beside the metrics, and knows the name of the service', async () => {
    await using telemetry = await telemetryForTest({ ...SERVED, serviceName: 'shop' });
    const { dashboardUrl, metricsUrl, problems } = telemetry.handle;
    expect([dashboardUrl, problems]).toEqual([new URL('/', metricsUrl ?? '').href, []]);
    const status = await fetch(`${dashboardUrl}api/status`);
    expect(await status.json()).toMatchObject({ requests: 0, source: { kind: 'process', name: 'shop' } });
    expect((await fetch(metricsUrl ?? '')).status).toBe(200);
  });

  it('is served in development, and in no other environment', async () => {
    const urlIn = async (environment: string): Promise<string | null> => {
      const options = { environment, enablePrometheus: true, prometheusPort: 0, enableConsoleTraces: false };
      await using telemetry = await telemetryForTest(options);
      return telemetry.handle.dashboardUrl;
    };
    expect(await urlIn('development')).not.toBeNull();
    expect([await urlIn('test'), await urlIn('production')]).toEqual([null, null]);
  });

  it('is not served beyond loopback, where it needs a token', async () => {
    await using telemetry = await telemetryForTest({ ...SERVED, prometheusHost: '0.0.0.0' });
    const { dashboardUrl, problems } = telemetry.handle;
    expect(dashboardUrl).toBeNull();
    expect(problems).toMatchObject([
      { code: 'dashboard', message: expect.stringContaining('0.0.0.0 is not loopback') },
    ]);
  });

  it('is served without the SDK of OpenTelemetry, where there are no metrics', async () => {
    await using telemetry = await telemetryForTest(SERVED, {}, nothing);
    const { dashboardUrl, metricsUrl, problems, state } = telemetry.handle;
    expect([state, metricsUrl, problems]).toMatchObject(['noop', null, [{ code: 'missing_package' }]]);
    await step('work', () => 1).execute(null);
    const status = await fetch(`${dashboardUrl}api/status`);
    expect(await status.json()).toMatchObject({
      requests: 1,
      banners: [{ kind: 'set_up', text: expect.stringContaining('OpenTelemetry is not installed') }],
    });
    const metrics = await fetch(`${dashboardUrl}metrics`);
    expect([metrics.status, await metrics.text()]).toEqual([503, expect.stringContaining('there are no metrics')]);
  });

  it('is not looked for without the SDK, if it is off', async () => {
    await using telemetry = await telemetryForTest({ ...SERVED, enableDashboard: false }, {}, nothing);
    expect(telemetry.handle).toMatchObject({ state: 'noop', dashboardUrl: null, metricsUrl: null });
  });

  it('is gone after the end', async () => {
    const telemetry = await telemetryForTest(SERVED);
    const url = telemetry.handle.dashboardUrl ?? '';
    await telemetry.handle.shutdown();
    expect(telemetry.handle.dashboardUrl).toBeNull();
    await expect(fetch(url)).rejects.toThrow();
  });
});
