import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A Redis server for tests. */
export interface RedisService {
  readonly url: string;
  /** Whether the server is ours to stop and start; one named by `REDIS_URL` is not, and the methods below reject. */
  readonly isOurs: boolean;
  /** Stops it from answering, as a hung server: connections are accepted, nothing is answered. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, empty, on the same port. */
  restart(): Promise<void>;
  /** Ends it for good; it also ends with this process, however that ends. */
  stop(): Promise<void>;
}

export interface RedisServiceOptions {
  /** Take a server of our own even if `REDIS_URL` names another, because the test stops it. @defaultValue false */
  readonly mustBeOurs?: boolean;
}

const HOW_TO_INSTALL =
  'Redis tests are skipped: install redis-server or valkey-server (Debian: apt-get install redis-server, macOS: brew install redis), ' +
  'or set REDIS_URL.';

/**
 * Finds or starts a Redis server: the one that `REDIS_URL` names, else one from the PATH on a free port, else one that is installed
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
  const url = process.env['REDIS_URL'];
  if (url !== undefined && url !== '' && !mustBeOurs) return new ForeignRedis(url);
  const program = findServer() ?? installServer();
  if (program !== undefined) return OwnRedis.start(program);
  if (process.env['REQUIRE_SERVICES'] === '1') throw new Error(HOW_TO_INSTALL);
  console.error(`\n*** ${HOW_TO_INSTALL}\n`);
  return undefined;
}

/** A port where nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  return address.port;
}

function findServer(): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  return ['redis-server', 'valkey-server']
    .flatMap((name) => directories.map((directory) => join(directory, name)))
    .find((path) => existsSync(path));
}

function installServer(): string | undefined {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return undefined;
  // A run level of 1 keeps the package from starting a service; the lock is waited for, because test files install at once.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const options = { env, stdio: 'ignore', timeout: 240_000 } as const;
  spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=120', 'update'], options);
  spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=120', 'install', '-y', 'redis-server'], options);
  return findServer();
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
  throw new Error('the server of REDIS_URL is not ours to stop');
}

/**
 * Starts the server, tells its process id, and ends it and removes its folder once standard input ends: that is when the process
 * that holds the other end has ended, however it did.
 */
const KEEPER = `
program=$1; directory=$2; port=$3
"$program" --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$directory" </dev/null >/dev/null 2>&1 &
server=$!
echo "$server"
cat >/dev/null
kill -9 "$server" 2>/dev/null
wait "$server" 2>/dev/null
rm -rf "$directory"
`;

const START_ATTEMPTS = 5;

class OwnRedis implements RedisService {
  readonly isOurs = true;
  readonly #program: string;
  readonly #port: number;
  #keeper: ChildProcess | undefined;
  #pid = 0;

  private constructor(program: string, port: number) {
    this.#program = program;
    this.#port = port;
  }

  /** Another process may take the free port first, hence several attempts. */
  static async start(program: string): Promise<OwnRedis> {
    for (let attempt = 1; ; attempt += 1) {
      const redis = new OwnRedis(program, await freePort());
      try {
        await redis.restart();
        return redis;
      } catch (error) {
        await redis.stop();
        if (attempt === START_ATTEMPTS) throw error;
      }
    }
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  async pause(): Promise<void> {
    process.kill(this.#pid, 'SIGSTOP');
  }

  async resume(): Promise<void> {
    process.kill(this.#pid, 'SIGCONT');
  }

  kill(): Promise<void> {
    return this.stop();
  }

  async restart(): Promise<void> {
    await this.stop();
    const directory = mkdtempSync(join(tmpdir(), 'tta-redis-'));
    const args = ['-c', KEEPER, 'keeper', this.#program, directory, String(this.#port)];
    // A group of its own, so that an interrupt from the keyboard leaves the keeper to do its work.
    const keeper = spawn('sh', args, { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
    this.#keeper = keeper;
    const [told] = (await once(keeper.stdout, 'data')) as [Buffer];
    this.#pid = Number(told.toString());
    keeper.unref();
    for (const end of [keeper.stdin, keeper.stdout]) (end as unknown as { unref(): void }).unref();
    await this.#answers();
  }

  async stop(): Promise<void> {
    const keeper = this.#keeper;
    if (keeper === undefined) return;
    this.#keeper = undefined;
    keeper.ref();
    const ended = once(keeper, 'exit');
    keeper.stdin?.end();
    await ended;
  }

  /** Waits until our own server answers, and not another that has taken the port. */
  async #answers(): Promise<void> {
    const dueAt = performance.now() + 10_000;
    while (performance.now() < dueAt) {
      const info = await ask(this.#port, 'INFO server\r\n').catch(() => '');
      if (info.includes(`process_id:${this.#pid}\r`)) return;
      await sleep(20);
    }
    throw new Error(`${this.#program} does not answer on port ${this.#port}`);
  }
}

/** Sends one command to a server on this machine and gives the first part of its reply. */
async function ask(port: number, command: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', timeout: 500 });
  try {
    socket.on('timeout', () => socket.destroy(new Error('no answer')));
    socket.write(command);
    const [reply] = (await once(socket, 'data')) as [Buffer];
    return reply.toString();
  } finally {
    socket.destroy();
  }
}
