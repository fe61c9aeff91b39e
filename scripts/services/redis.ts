import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installDebianPackages } from './debian-packages.ts';
import { type KillOptions, ServerProcess } from './server-process.ts';

/** A Redis server for tests. */
export interface RedisService {
  readonly url: string;
  /** Whether the server is ours to stop and start; one named by `TEST_REDIS_URL` is not, and the methods below reject. */
  readonly isOurs: boolean;
  /** Stops it from answering, as a hung server: connections are accepted, nothing is answered. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends it at once, as a crash does. */
  kill(options?: KillOptions): Promise<void>;
  /** Starts it again after `kill` on the same port, empty unless its data was kept, with more parameters if need be. */
  restart(...parameters: string[]): Promise<void>;
  /** Ends it for good; it also ends with this process, however that ends. */
  stop(): Promise<void>;
}

export interface RedisServiceOptions {
  /** Take a server of our own even if `TEST_REDIS_URL` names another, because the test stops it. @defaultValue false */
  readonly mustBeOurs?: boolean;
}

const HOW_TO_INSTALL =
  'Redis tests are skipped: install redis-server or valkey-server (Debian: apt-get install redis-server, macOS: brew install redis), ' +
  'or set TEST_REDIS_URL.';

/**
 * Finds or starts a Redis server: the one that `TEST_REDIS_URL` names, else one from the PATH on a free port, else one that is installed
 * where that needs no asking (root on Debian).
 *
 * @returns undefined where there is none, after saying on stderr what to install
 * @throws Error instead if REQUIRE_SERVICES=1
 * @example
 * ```ts
 * const redis = await startRedis();
 * describe.skipIf(redis === undefined)('with a server', () => {});
 * ```
 */
export async function startRedis({ mustBeOurs = false }: RedisServiceOptions = {}): Promise<RedisService | undefined> {
  const url = process.env['TEST_REDIS_URL'];
  if (url !== undefined && url !== '' && !mustBeOurs) return new ForeignRedis(url);
  const program = redisProgram();
  return program === undefined
    ? undefined
    : new OwnRedis(await ServerProcess.start(program, { parameters: IN_MEMORY }));
}

/**
 * The program of a Redis server, which is that of Sentinel and of the nodes of a cluster too; installed if need be, as `startRedis`.
 *
 * @returns undefined where there is none, after saying on stderr what to install
 * @throws Error instead if REQUIRE_SERVICES=1
 */
export function redisProgram(): string | undefined {
  const program = findServer() ?? (installDebianPackages('redis-server') ? findServer() : undefined);
  if (program !== undefined) return program;
  if (process.env['REQUIRE_SERVICES'] === '1') throw new Error(HOW_TO_INSTALL);
  console.error(`\n*** ${HOW_TO_INSTALL}\n`);
  return undefined;
}

/** A server for tests writes nothing to disk unless it is told to. */
export const IN_MEMORY: readonly string[] = ['--save', '', '--appendonly', 'no'];

function findServer(): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  return ['redis-server', 'valkey-server']
    .flatMap((name) => directories.map((directory) => join(directory, name)))
    .find((path) => existsSync(path));
}

class ForeignRedis implements RedisService {
  readonly url: string;
  readonly isOurs = false;

  constructor(url: string) {
    this.url = url;
  }

  pause = refuse;
  resume = refuse;
  kill = refuse;
  restart = refuse;

  async stop(): Promise<void> {}
}

async function refuse(): Promise<never> {
  throw new Error('the server of TEST_REDIS_URL is not ours to stop');
}

class OwnRedis implements RedisService {
  readonly isOurs = true;
  readonly #server: ServerProcess;

  constructor(server: ServerProcess) {
    this.#server = server;
  }

  get url(): string {
    return this.#server.url;
  }

  async pause(): Promise<void> {
    this.#server.signal('SIGSTOP');
  }

  async resume(): Promise<void> {
    this.#server.signal('SIGCONT');
  }

  kill(options?: KillOptions): Promise<void> {
    return this.#server.stop(options);
  }

  restart(...parameters: string[]): Promise<void> {
    return this.#server.start(...parameters);
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}
