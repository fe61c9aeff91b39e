import { openDashboard } from 'tta-dashboard';
import { type Io, writeLine } from '../output/io.ts';
import { UsageError } from '../usage-error.ts';

export interface DashboardOptions {
  readonly port: number;
  readonly host?: string | undefined;
}

/** Serves the page until the interruption. @throws UsageError if the ledger or the port cannot be used */
export async function runDashboard(
  ledger: string | undefined,
  { port, host }: DashboardOptions,
  { stdout, stderr, interrupted }: Io,
): Promise<void> {
  const { url, close } = await openDashboard({ ledger, port, host, keepAlive: true }).catch((error: unknown) => {
    throw usageErrorOf(error, ledger, port) ?? error;
  });
  writeLine(stdout, url);
  const { origin } = new URL(url);
  writeLine(
    stderr,
    ledger === undefined
      ? `Send spans to ${origin}/v1/traces (OTEL_EXPORTER_OTLP_ENDPOINT=${origin}). Ctrl-C ends.`
      : `The page shows ${ledger} as it is now. Ctrl-C ends.`,
  );
  if (!interrupted.aborted) {
    await new Promise((resolve) => interrupted.addEventListener('abort', resolve, { once: true }));
  }
  await close();
}

function usageErrorOf(error: unknown, ledger: string | undefined, port: number): UsageError | undefined {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (syscall === 'open' || syscall === 'read') return new UsageError(`${ledger} cannot be read (${code})`);
  if (code === 'EADDRINUSE') return new UsageError(`--port: ${port} is in use; name another one`);
  if (code === 'EACCES') return new UsageError(`--port: ${port} may not be used by this user`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new UsageError('--host: this machine does not have that address');
  return undefined;
}
