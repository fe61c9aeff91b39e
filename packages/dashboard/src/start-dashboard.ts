import { randomBytes } from 'node:crypto';
import {
  booleanOption,
  isLoopback,
  nameOption,
  numberOption,
  type OptionRules,
  readOptions,
  startServer,
} from 'tta-dev-primitives/internal';
import { processDashboard } from './dashboard.ts';
import { DASHBOARD_RULES, type DashboardOptions } from './options.ts';
import { listenerOf } from './server/node-listener.ts';

export interface StartDashboardOptions extends Omit<DashboardOptions, 'basePath'> {
  /** 0 takes a free one. @defaultValue 9465 */
  readonly port?: number | undefined;
  /**
   * The address to listen on. On any but loopback the page needs a token: yours, or one that is made up and is in `url`.
   * @defaultValue 127.0.0.1
   */
  readonly host?: string | undefined;
  /** Whether the server keeps the process alive when nothing else does. @defaultValue false */
  readonly keepAlive?: boolean | undefined;
}

/** A dashboard that is being served. */
export interface RunningDashboard {
  /** The link to open, with the port that was really taken, and with the token where one is needed. */
  readonly url: string;
  /** Stops observing and listening, and drops every connection. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const RULES = {
  ...DASHBOARD_RULES,
  port: numberOption({ atLeast: 0, atMost: 65_535, isInteger: true }, 9465),
  host: nameOption,
  keepAlive: booleanOption(false),
} satisfies OptionRules<StartDashboardOptions & DashboardOptions>;

const OWNER = 'startDashboard';

/**
 * Serves the live page of this process. It observes every workflow that runs from now on, and needs neither OpenTelemetry nor a database.
 *
 * @throws TypeError or RangeError naming the option if an option is wrong
 * @throws the error of the server if it cannot listen, for example with the code `EADDRINUSE`
 * @example
 * ```ts
 * const { url, close } = await startDashboard({ port: 0 });
 * await close();
 * ```
 */
export async function startDashboard(options: StartDashboardOptions = {}): Promise<RunningDashboard> {
  const { port, host = '127.0.0.1', keepAlive, ...rest } = readOptions(OWNER, options, RULES);
  const token = rest.token ?? (isLoopback(host) ? undefined : randomBytes(24).toString('base64url'));
  const handle = processDashboard(OWNER, { ...rest, token }, `${host}:${port}`);
  try {
    const server = await startServer(listenerOf(handle), { port, host, keepsAlive: keepAlive });
    const close = (): Promise<void> => {
      handle.close();
      return server.close();
    };
    const url = `${server.origin}/${token === undefined ? '' : `?token=${encodeURIComponent(token)}`}`;
    return { url, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    handle.close();
    throw error;
  }
}
