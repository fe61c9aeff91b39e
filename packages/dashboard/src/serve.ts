import { randomBytes } from 'node:crypto';
import {
  booleanOption,
  isLoopback,
  nameOption,
  numberOption,
  type OptionRulesOf,
  option,
  startServer,
} from 'tta-dev-primitives/internal';
import type { DashboardOptions } from './options.ts';
import { type Handler, listenerOf } from './server/node-listener.ts';

/** Where a dashboard is served. */
export interface ServeOptions extends Pick<DashboardOptions, 'token'> {
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

type Rules = OptionRulesOf<Omit<ServeOptions, 'token'>, 'port' | 'host' | 'keepAlive'>;

export function serveRules(port: number): Rules {
  return {
    port: numberOption({ atLeast: 0, atMost: 65_535, isInteger: true }, port),
    host: option(nameOption.check, '127.0.0.1'),
    keepAlive: booleanOption(false),
  };
}

interface Settings {
  readonly port: number;
  readonly host: string;
  readonly keepAlive: boolean;
  readonly token: string | undefined;
}

/** A dashboard that is about to be served. */
interface Served {
  readonly handle: Handler;
  /** Resolves when it may be shown. */
  readonly loaded?: Promise<void>;
  close(): void | Promise<void>;
}

/** @param make - makes what is served, given the required token; closed again if the server cannot listen */
export async function serve(
  { port, host, keepAlive, token: given }: Settings,
  make: (token: string | undefined) => Served,
): Promise<RunningDashboard> {
  const token = given ?? (isLoopback(host) ? undefined : randomBytes(24).toString('base64url'));
  const served = make(token);
  try {
    await served.loaded;
    const server = await startServer(listenerOf(served.handle), { port, host, keepsAlive: keepAlive });
    const close = async (): Promise<void> => {
      await Promise.all([served.close(), server.close()]);
    };
    const url = `${server.origin}/${token === undefined ? '' : `?token=${encodeURIComponent(token)}`}`;
    return { url, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await served.close();
    throw error;
  }
}
