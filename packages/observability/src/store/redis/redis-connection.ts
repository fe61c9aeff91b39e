import { backgroundClock, ignoreRejection, within } from 'tta-dev-primitives/internal';
import { importPeer } from '../../optional-peer.ts';
import { SharedTry } from '../shared-try.ts';
import { ErrorListener } from './error-listener.ts';
import type { NodeRedisLike, RedisClientLike } from './redis-client.ts';
import { commandsOf, type RedisCommands } from './redis-commands.ts';

/** How commands reach a server. */
export interface RedisConnection {
  /** Whether the client can run scripts, list keys, and read several of them with one command. */
  readonly can: { readonly run: boolean; readonly scan: boolean; readonly readTogether: boolean };
  /** Loads the client without opening a connection. */
  load(): Promise<unknown>;
  /** Connects if need be; rejects when that fails. */
  commands(): Promise<RedisCommands>;
  /** Gives up a connection that has stopped answering. */
  reset(): void;
  close(): void;
}

/** What is used of a client of `@redis/client`. */
interface OwnedClient extends NodeRedisLike {
  connect(): Promise<unknown>;
  destroy(): void;
  unref(): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** Opening a connection, greeting included; a hung server accepts connections and never greets. */
const CONNECT_DEADLINE_MS = 2_000;

/**
 * A connection of our own, opened when it is first needed and again whenever it was lost and is needed. It never keeps the
 * process alive.
 *
 * The client's own means are switched off, because none is enough: its reconnecting sleeps on timers that keep the process alive,
 * its command timeout does not cover what was sent, its socket timeout ends idle connections. A caller that asks for commands retries
 * and keeps the deadlines.
 */
export class OwnedConnection implements RedisConnection {
  readonly can = { run: true, scan: true, readTogether: true };
  readonly #connection = new SharedTry(() => this.#connect());
  readonly #url: string;
  /** The client that is connected next. */
  #unused: Promise<OwnedClient> | undefined;
  #client: OwnedClient | undefined;
  #isClosed = false;

  constructor(url: string) {
    this.#url = url;
    ignoreRejection(this.load()); // starts early, for the first caller; if it fails, that caller gets the error too
  }

  /** Makes the client too: the first one takes as long to make as to load. */
  load(): Promise<OwnedClient> {
    this.#unused ??= makeClient(this.#url);
    return this.#unused;
  }

  commands(): Promise<RedisCommands> {
    return this.#connection.result();
  }

  reset(): void {
    if (this.#client !== undefined) this.#drop(this.#client);
  }

  close(): void {
    this.#isClosed = true;
    this.reset();
  }

  async #connect(): Promise<RedisCommands> {
    const client = await this.load();
    this.#unused = undefined;
    client.on('error', () => this.#drop(client)); // without a listener the process would end
    client.unref();
    try {
      await within(backgroundClock(), CONNECT_DEADLINE_MS, () => client.connect(), refuseGreeting);
      if (this.#isClosed) throw new Error('the connection is closed');
    } catch (error) {
      client.destroy();
      throw error;
    }
    this.#client = client;
    return commandsOf(client);
  }

  #drop(client: OwnedClient): void {
    client.destroy();
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#connection.forget();
  }
}

/** The package is an optional peer: it is loaded only by those who name a URL. */
async function loadClient(): Promise<typeof import('@redis/client')> {
  try {
    return await importPeer('@redis/client');
  } catch (cause) {
    const message = 'a Redis url needs the package @redis/client, which could not be loaded';
    throw Object.assign(new Error(message, { cause }), { code: 'ERR_TTA_NOT_INSTALLED' });
  }
}

async function makeClient(url: string): Promise<OwnedClient> {
  const { createClient } = await loadClient();
  return createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    commandOptions: { timeout: 0 }, // our own deadlines cover it, and each of its timers costs as much as a command
    socket: { reconnectStrategy: false, connectTimeout: CONNECT_DEADLINE_MS },
  });
}

function refuseGreeting(): never {
  throw Object.assign(new Error('the server did not greet'), { code: 'ETIMEDOUT' });
}

/** A client that its owner opens and closes. */
export class InjectedConnection implements RedisConnection {
  readonly can: RedisConnection['can'];
  readonly #listener: ErrorListener;
  readonly #commands: Promise<RedisCommands>;

  constructor(client: RedisClientLike) {
    const commands = commandsOf(client);
    const { run, scan, texts } = commands;
    this.can = { run: run !== undefined, scan: scan !== undefined, readTogether: texts.many !== undefined };
    this.#listener = new ErrorListener(client);
    this.#commands = Promise.resolve(commands);
  }

  async load(): Promise<void> {}

  commands(): Promise<RedisCommands> {
    this.#listener.ensure();
    return this.#commands;
  }

  reset(): void {}

  close(): void {
    this.#listener.release();
  }
}
