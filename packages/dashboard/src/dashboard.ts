import { readOptions } from 'tta-dev-primitives/internal';
import { Observations } from './data/observations.ts';
import { KEPT_MS } from './data/timeline.ts';
import { History } from './history/history.ts';
import { DASHBOARD_RULES, type DashboardOptions } from './options.ts';
import { DashboardServer } from './server/dashboard-server.ts';
import { seenOf } from './sources/entry/seen-of-entry.ts';
import { HeldRequests } from './sources/process/held-requests.ts';
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
  const { handle, close } = processDashboard('dashboard', options);
  return Object.assign((request: Request) => handle(request), { close: () => void close() });
}

/** How a dashboard of this process is made. */
interface ProcessOptions {
  /** What the page says that it listens on. */
  readonly address?: string | undefined;
  /** Of the set-up, in sentences. */
  readonly problems?: (() => readonly string[]) | undefined;
  /** The file of the database that keeps requests. */
  readonly history?: string | undefined;
}

/** A dashboard of this process; `loaded` resolves when the history was read, and closing waits until that is written. */
export interface ProcessDashboard {
  readonly handle: (request: Request) => Promise<Response>;
  readonly loaded: Promise<void>;
  close(): Promise<void>;
}

export function processDashboard(
  owner: string,
  options: DashboardOptions,
  { address = '', problems = () => [], history: path }: ProcessOptions = {},
): ProcessDashboard {
  const settings = readOptions(owner, options, DASHBOARD_RULES);
  const name = settings.name ?? process.env['OTEL_SERVICE_NAME'] ?? '';
  const observations = new Observations({
    source: { kind: 'process', name, address },
    maxRequests: settings.maxRequests,
    hasHistory: path !== undefined,
    lostFromHistory: () => history?.lost ?? 0,
    now: Date.now,
  });
  const history: History | undefined =
    path === undefined
      ? undefined
      : new History(path, Date.now() - KEPT_MS, (entry) => observations.end(seenOf(entry), false));
  const requests = history === undefined ? observations : new HeldRequests(observations);
  const loaded = Promise.resolve(history?.loaded).then(() => {
    if (requests instanceof HeldRequests) requests.release();
  });
  const allProblems = (): readonly string[] => [...problems(), ...(history?.problems ?? [])];
  const server = new DashboardServer(observations, settings, allProblems);
  const stop = observeProcess(requests, history && ((entry) => history.write(entry)));
  return {
    handle: (request) => server.answer(request),
    loaded,
    async close(): Promise<void> {
      stop();
      server.close();
      await history?.close();
    },
  };
}
