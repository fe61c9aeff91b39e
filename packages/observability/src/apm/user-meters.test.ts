import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as sdkMetrics from '@opentelemetry/sdk-metrics';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { telemetryForTest } from './__fixtures__/telemetry-for-test.ts';
import { installedSdk, packageLoader, type SdkLoader } from './sdk.ts';

function countingLoader(): SdkLoader & { readonly loads: () => number } {
  let loads = 0;
  const loadMetrics = () => {
    loads += 1;
    return sdkMetrics;
  };
  return {
    ...installedSdk,
    load: async () => ({ ...(await installedSdk.load()), loadMetrics }),
    loads: () => loads,
  };
}

describe('the meters of users', () => {
  it('load their SDK with the first meter and no earlier, and are on the page from then on', async () => {
    const loader = countingLoader();
    await using telemetry = await telemetryForTest({ enablePrometheus: true, prometheusPort: 0 }, {}, loader);
    expect(await telemetry.handle.metricsText()).toContain('tta_build_info');
    expect(await telemetry.handle.flush()).toBe(true);
    expect(loader.loads()).toBe(0);
    telemetry.observability.meter('user').createCounter('orders').add(2);
    telemetry.observability.meter('other').createCounter('visits').add(1);
    expect(await telemetry.read('orders_total')).toBe(2);
    expect(await telemetry.read('visits_total')).toBe(1);
    expect(loader.loads()).toBe(1);
  });

  it('count nothing after the end', async () => {
    const loader = countingLoader();
    const telemetry = await telemetryForTest({}, {}, loader);
    await telemetry.handle.shutdown();
    telemetry.observability.meter('user').createCounter('orders').add(2);
    expect(loader.loads()).toBe(0);
  });

  it('are loaded as the package that is installed', () => {
    const { MeterProvider } = packageLoader<typeof sdkMetrics>('@opentelemetry/sdk-metrics', import.meta.url)();
    expect(new MeterProvider().getMeter('user').createCounter('orders')).toHaveProperty('add');
  });

  it.each([
    ['the program', join(import.meta.dirname, 'program.js'), tmpdir()],
    ['the working directory', join(tmpdir(), 'program.js'), import.meta.dirname],
  ])('are looked for from %s by a bundle built on another machine', (_, program, workingDirectory) => {
    vi.spyOn(process, 'cwd').mockReturnValue(workingDirectory);
    vi.spyOn(process, 'argv', 'get').mockReturnValue(['node', program]);
    onTestFinished(() => void vi.restoreAllMocks());
    const elsewhere = pathToFileURL(join(tmpdir(), 'nowhere', 'file.js')).href;
    const { MeterProvider } = packageLoader<typeof sdkMetrics>('@opentelemetry/sdk-metrics', elsewhere)();
    expect(new MeterProvider().getMeter('user').createCounter('orders')).toHaveProperty('add');
  });

  it('are missing where the package is not installed', () => {
    expect(() => packageLoader('@opentelemetry/sdk-nothing', import.meta.url)).toThrow(
      expect.objectContaining({ code: 'ERR_MODULE_NOT_FOUND' }),
    );
  });
});
