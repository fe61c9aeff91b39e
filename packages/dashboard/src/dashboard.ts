import { readOptions } from 'tta-dev-primitives/internal';
import { Observations } from './data/observations.ts';
import { DASHBOARD_RULES, type DashboardOptions } from './options.ts';
import { DashboardServer } from './server/dashboard-server.ts';
import { observeProcess } from './sources/process/observe-process.ts';

/** The dashboard as a handler of web requests. */
export interface DashboardHandler {
  (request: Request): Promise<Response>;
  /** Stops observing, and ends the event streams of open pages. */
  close(): void;
}

/**
 * Makes the live page of this process as a handler, to mount on a server of your own. It observes every workflow that runs from now on.
 *
 * The handler answers GET and HEAD, and is read-only. Without a token it answers only a `Host` that means this machine. It cannot see who
 * connects, so set `token` when others can reach your server.
 *
 * @throws TypeError or RangeError naming the option if an option is wrong
 * @example
 * ```ts
 * const handle = dashboard({ basePath: '/tta' });
 * const response = await handle(new Request('http://127.0.0.1:3000/tta/api/status'));
 * ```
 */
export function dashboard(options: DashboardOptions = {}): DashboardHandler {
  return processDashboard('dashboard', options, '');
}

/** @param address - what the page says that it listens on */
export function processDashboard(
  owner: string,
  options: DashboardOptions,
  address: string,
  problems: () => readonly string[] = () => [],
): DashboardHandler {
  const settings = readOptions(owner, options, DASHBOARD_RULES);
  const name = settings.name ?? process.env['OTEL_SERVICE_NAME'] ?? '';
  const observations = new Observations({
    source: { kind: 'process', name, address },
    maxRequests: settings.maxRequests,
    now: Date.now,
  });
  const server = new DashboardServer(observations, settings, problems);
  const stop = observeProcess(observations);
  const handle = (request: Request): Promise<Response> => server.answer(request);
  return Object.assign(handle, {
    close(): void {
      stop();
      server.close();
    },
  });
}
