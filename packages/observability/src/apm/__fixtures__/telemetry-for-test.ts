import { Observability } from '../observability.ts';
import type { ObservabilityHandle } from '../observability-handle.ts';
import type { ObservabilityOptions } from '../options.ts';
import { installedSdk, type SdkLoader } from '../sdk.ts';
import type { Environment } from '../settings.ts';

export interface TelemetryForTest extends AsyncDisposable {
  readonly observability: Observability;
  readonly handle: ObservabilityHandle;
  /** The value of one line of the page, such as `cache_hits_total{operation="a"}`. */
  read(line: string): Promise<number | undefined>;
}

/** A telemetry that reads no variable of the process and opens no port unless it is told to. */
export async function telemetryForTest(
  options: ObservabilityOptions = {},
  env: Environment = {},
  loader: SdkLoader = installedSdk,
): Promise<TelemetryForTest> {
  const observability = new Observability(loader, { NODE_ENV: 'test', ...env });
  const handle = await observability.initialize(options);
  return {
    observability,
    handle,
    read: async (line) => linesOf(await handle.metricsText()).get(line),
    [Symbol.asyncDispose]: async () => {
      await observability.shutdown(500);
    },
  };
}

/** The lines of a page of metrics that have a value. */
export function linesOf(page: string): ReadonlyMap<string, number> {
  const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}
