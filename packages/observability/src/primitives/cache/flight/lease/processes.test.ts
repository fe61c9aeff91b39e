import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type RedisService, startRedis } from '../../../../../../../scripts/services/redis.ts';
import { eventually, redisCommand } from '../../../../../../../scripts/services/redis-command.ts';

const server = await startRedis({ mustBeOurs: true });

/** A process with callers of one request; it says when the step is called, and what its callers were told. */
const PROGRAM = `
  import { setTimeout as sleep } from 'node:timers/promises';
  import { registerObserver } from 'tta-dev-primitives';
  import { CachePrimitive, redisStore } from 'tta-observability-integration/primitives';
  const [url, prefix, callers, stepMs, ttlMs] = process.argv.slice(1);
  registerObserver({
    async observe(_identity, run) {
      await run((name, value) => { if (name.startsWith('cache.lease')) console.log(name, value); });
    },
  });
  const store = redisStore({ url, prefix, deadlineMs: 60_000 });
  await store.get('warm-up');
  console.log('ready');
  process.stdin.once('data', async () => {
    const step = async (question) => {
      console.log('called');
      await sleep(Number(stepMs));
      return 'answer to ' + question;
    };
    const cache = new CachePrimitive(step, { operation: 'chat', store, lease: { ttlMs: Number(ttlMs), waitMs: Infinity } });
    const answers = await Promise.all(Array.from({ length: Number(callers) }, () => cache.execute('q')));
    console.log('answered', answers.filter((answer) => answer === 'answer to q').length);
    await store.close();
    process.exit();
  });
`;

const PACKAGE = new URL('../../../../..', import.meta.url);
const running = new Set<ChildProcess>();

/** Starts a process and waits until it is connected. */
async function processWith(prefix: string, callers: number, stepMs: number, ttlMs: number) {
  const flags = ['--conditions=tta-source', '--input-type=module', '--eval', PROGRAM];
  const parameters = [(server as RedisService).url, prefix, String(callers), String(stepMs), String(ttlMs)];
  const child = spawn(process.execPath, [...flags, '--', ...parameters], {
    cwd: PACKAGE,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  running.add(child);
  const lines: string[] = [];
  const ended = once(child, 'exit').then(() => running.delete(child));
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  const says = async (expected: string): Promise<void> => {
    while (!lines.includes(expected)) await once(reader, 'line');
  };
  await says('ready');
  return { lines, ended, says, begin: () => child.stdin.write('go\n'), kill: () => child.kill('SIGKILL') };
}

/** Waits until a lease has longer to live than a moment before. */
async function leaseIsRenewed(prefix: string): Promise<void> {
  const { url } = server as RedisService;
  let leftMs = Infinity;
  const isRenewed = async (): Promise<boolean> => {
    const keys = (await redisCommand(url, 'KEYS', `${prefix}*`)) as string[];
    const lives = await Promise.all(keys.map((key) => redisCommand(url, 'PTTL', key)));
    const beforeMs = leftMs;
    leftMs = Math.max(...lives.map(Number));
    return leftMs > beforeMs;
  };
  await eventually('the lease is renewed', isRenewed, 100_000);
}

describe.skipIf(server === undefined)('real processes that share a real server', () => {
  afterEach(() => {
    for (const child of running) child.kill('SIGKILL');
  });

  afterAll(() => server?.stop());

  it('call the step once for a thousand callers in four of them', async () => {
    const processes = await Promise.all([1, 2, 3, 4].map(() => processWith('thousand:', 250, 500, 60_000)));
    for (const { begin } of processes) begin();
    await Promise.all(processes.map(({ ended }) => ended));
    const lines = processes.flatMap((each) => each.lines);
    expect(lines.filter((line) => line === 'called')).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith('answered'))).toEqual(Array(4).fill('answered 250'));
  });

  it('F17 go on when the one that calls is killed: the step is called once more, when the lease has run out', async () => {
    const lost = await processWith('lost:', 1, 3_600_000, 5_000);
    const other = await processWith('lost:', 20, 100, 5_000);
    lost.begin();
    await lost.says('called');
    other.begin();
    await leaseIsRenewed('lost:');
    expect(other.lines).not.toContain('called');
    lost.kill();
    await other.ended;
    expect(other.lines.filter((line) => line === 'called')).toHaveLength(1);
    expect(other.lines).toContain('answered 20');
    expect(other.lines.filter((line) => line === 'cache.leaseExpired true')).toHaveLength(1);
  });
});
