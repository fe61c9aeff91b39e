import { initializeObservability, shutdownObservability } from 'tta-observability-integration';

/** The telemetry of a test: the page of metrics, by line, for as long as it is in use. */
export async function telemetry(): Promise<AsyncDisposable & { metrics(): Promise<Readonly<Record<string, number>>> }> {
  const handle = await initializeObservability({ environment: 'test' });
  return {
    metrics: async () => linesOf(await handle.metricsText()),
    [Symbol.asyncDispose]: async () => void (await shutdownObservability(500)),
  };
}

function linesOf(page: string): Readonly<Record<string, number>> {
  const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))] as const;
    }),
  );
}
