import type { RequestListener } from 'node:http';
import { processDashboard } from './dashboard.ts';
import type { DashboardOptions } from './options.ts';
import { listenerOf } from './server/node-listener.ts';

export interface DashboardListenerOptions extends DashboardOptions {
  /** What the page says that it listens on: `127.0.0.1:9464`. */
  readonly address?: string | undefined;
  /** What keeps the set-up from working as it should, in sentences that the page shows. */
  readonly problems?: (() => readonly string[]) | undefined;
}

/** The dashboard for a server of Node.js. */
export interface DashboardListener {
  readonly listener: RequestListener;
  /** Stops observing, and ends the event streams of open pages. */
  close(): void;
}

/**
 * Makes the live page of this process as a listener for `node:http`; see {@link dashboard} for who may read it.
 *
 * @throws TypeError or RangeError naming the option if an option is wrong
 * @example
 * ```ts
 * const { listener, close } = dashboardListener();
 * const server = createServer(listener).listen(3000, '127.0.0.1');
 * ```
 */
export function dashboardListener({
  address = '',
  problems = () => [],
  ...options
}: DashboardListenerOptions = {}): DashboardListener {
  const { handle, close } = processDashboard('dashboardListener', options, { address, problems });
  return { listener: listenerOf(handle), close: () => void close() };
}
