import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

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

/**
 * Starts the server, tells its process id, and ends it once standard input ends: that is when the process that holds the other end
 * has ended, however it did. The folder goes with it, unless a word was said to keep it.
 */
const KEEPER = `
directory=$1; shift
"$@" --dir "$directory" </dev/null >/dev/null 2>&1 &
server=$!
echo "$server"
word=
while read -r said; do word=$said; done
kill -9 "$server" 2>/dev/null
wait "$server" 2>/dev/null
[ -n "$word" ] || rm -rf "$directory"
`;

const START_ATTEMPTS = 5;

export interface KillOptions {
  /** Leaves the folder of the server to its next start. @defaultValue false */
  readonly keepData?: boolean;
}

export interface ServerOptions {
  /** Parameters besides the port, the address and the folder. */
  readonly parameters?: readonly string[];
  /** The text of a configuration file, for a server that must have one. */
  readonly configuration?: string;
}

/** A server in the manner of Redis on a port of loopback, which ends with this process, however that ends. */
export class ServerProcess {
  readonly port: number;
  readonly #program: string;
  readonly #options: ServerOptions;
  #keeper: ChildProcess | undefined;
  #directory: string | undefined;
  #pid = 0;

  private constructor(program: string, port: number, options: ServerOptions) {
    this.#program = program;
    this.port = port;
    this.#options = options;
  }

  /** Starts one on a free port; another process may take that first, hence several attempts. */
  static async start(program: string, options: ServerOptions = {}): Promise<ServerProcess> {
    for (let attempt = 1; ; attempt += 1) {
      const server = new ServerProcess(program, await freePort(), options);
      try {
        await server.start();
        return server;
      } catch (error) {
        await server.stop();
        if (attempt === START_ATTEMPTS) throw error;
      }
    }
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    process.kill(this.#pid, name);
  }

  async start(...more: string[]): Promise<void> {
    await this.stop();
    this.#directory ??= mkdtempSync(join(tmpdir(), 'tta-redis-'));
    const { parameters = [], configuration } = this.#options;
    const file = join(this.#directory, 'server.conf');
    if (configuration !== undefined) writeFileSync(file, configuration);
    const command = [this.#program, ...(configuration === undefined ? [] : [file]), '--port', String(this.port)];
    const common = ['--bind', '127.0.0.1', '--protected-mode', 'no', ...parameters, ...more];
    // A group of its own, so that an interrupt from the keyboard leaves the keeper to do its work.
    const keeper = spawn('sh', ['-c', KEEPER, 'keeper', this.#directory, ...command, ...common], {
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
    });
    this.#keeper = keeper;
    const [told] = (await once(keeper.stdout, 'data')) as [Buffer];
    this.#pid = Number(told.toString());
    keeper.unref();
    for (const end of [keeper.stdin, keeper.stdout]) (end as unknown as { unref(): void }).unref();
    await this.#answers();
  }

  async stop({ keepData = false }: KillOptions = {}): Promise<void> {
    const keeper = this.#keeper;
    if (keeper === undefined) return;
    this.#keeper = undefined;
    if (!keepData) this.#directory = undefined;
    keeper.ref();
    const ended = once(keeper, 'exit');
    keeper.stdin?.end(keepData ? 'keep\n' : '');
    await ended;
  }

  /** Waits until our own server answers, and not another that has taken the port; one that loads its data answers too. */
  async #answers(): Promise<void> {
    const dueAt = performance.now() + 10_000;
    while (performance.now() < dueAt) {
      const info = await ask(this.port, 'INFO server\r\n').catch(() => '');
      if (info.includes(`process_id:${this.#pid}\r`)) return;
      await sleep(20);
    }
    throw new Error(`${this.#program} does not answer on port ${this.port}`);
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
