import { nameOption, readOptions } from 'tta-dev-primitives/internal';
import { processDashboard } from './dashboard.ts';
import { DASHBOARD_RULES, type DashboardOptions } from './options.ts';
import { type RunningDashboard, type ServeOptions, serve, serveRules } from './serve.ts';

export interface StartDashboardOptions extends Omit<DashboardOptions, 'basePath'>, ServeOptions {
  /**
   * The file of a SQLite database that keeps the newest 250,000 requests, so sums and the table survive a restart. It holds what a ledger holds: no
   * prompt and no answer. `tta report` and `tta dashboard` read it. @defaultValue requests are kept in memory alone
   */
  readonly history?: string | undefined;
}

const { basePath: _, ...OWN_RULES } = DASHBOARD_RULES;
const RULES = { ...OWN_RULES, history: nameOption, ...serveRules(9465) };

const OWNER = 'startDashboard';

/**
 * Serves the live page of this process. It observes every workflow that runs from now on, and needs neither OpenTelemetry nor a database.
 *
 * @throws TypeError or RangeError naming the option if an option is wrong
 * @throws Error if the file of the history is no such database
 * @throws the error of the server if it cannot listen, for example with the code `EADDRINUSE`
 * @example
 * ```ts
 * const { url, close } = await startDashboard({ port: 0 });
 * await close();
 * ```
 */
export async function startDashboard(options: StartDashboardOptions = {}): Promise<RunningDashboard> {
  const { port, host, keepAlive, history, ...rest } = readOptions(OWNER, options, RULES);
  return serve({ port, host, keepAlive, token: rest.token }, (token) =>
    processDashboard(OWNER, { ...rest, token }, { address: `${host}:${port}`, history }),
  );
}
