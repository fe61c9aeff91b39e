import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { startRedis } from './redis.ts';

const redis = await startRedis({ mustBeOurs: true });

afterAll(() => redis?.stop());

async function ping(url: string): Promise<string> {
  const { port, hostname } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname, timeout: 500 });
  try {
    socket.on('timeout', () => socket.destroy(new Error('timeout')));
    socket.write('PING\r\n');
    const [reply] = (await once(socket, 'data')) as [Buffer];
    return reply.toString();
  } finally {
    socket.destroy();
  }
}

async function endsWithin(ms: number, url: string): Promise<boolean> {
  const dueAt = performance.now() + ms;
  while (performance.now() < dueAt) {
    try {
      await ping(url);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return true;
    }
    await sleep(20);
  }
  return false;
}

describe.skipIf(redis === undefined)('a Redis server for tests', () => {
  const server = redis as NonNullable<typeof redis>;

  it('answers, hangs, dies and comes back on the same port', async () => {
    expect(await ping(server.url)).toBe('+PONG\r\n');
    await server.pause();
    await expect(ping(server.url)).rejects.toThrow('timeout');
    await server.resume();
    expect(await ping(server.url)).toBe('+PONG\r\n');
    await server.kill();
    await expect(ping(server.url)).rejects.toThrow('ECONNREFUSED');
    await server.restart();
    expect(await ping(server.url)).toBe('+PONG\r\n');
  });

  it('starts several at once', async () => {
    const servers = await Promise.all([1, 2, 3].map(() => startRedis({ mustBeOurs: true })));
    expect(new Set(servers.map((each) => each?.url)).size).toBe(3);
    await Promise.all(servers.map((each) => each?.stop()));
  });

  it.each(['SIGKILL', 'SIGINT'] as const)(
    'ends with the process that started it, ended by %s while the server hangs',
    async (signal) => {
      const script = `
      import { startRedis } from ${JSON.stringify(new URL('./redis.ts', import.meta.url).href)};
      const redis = await startRedis({ mustBeOurs: true });
      await redis.pause();
      console.log(redis.url);
      setInterval(() => {}, 1_000);
    `;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [told] = (await once(child.stdout, 'data')) as [Buffer];
      child.kill(signal);
      expect(await endsWithin(60_000, told.toString().trim())).toBe(true);
    },
  );

  it('takes the server of TEST_REDIS_URL, which is not ours to stop', async () => {
    const before = process.env['TEST_REDIS_URL'];
    process.env['TEST_REDIS_URL'] = 'redis://example.invalid:6379';
    try {
      const foreign = await startRedis();
      expect(foreign?.url).toBe('redis://example.invalid:6379');
      await expect(foreign?.kill()).rejects.toThrow('not ours');
    } finally {
      if (before === undefined) delete process.env['TEST_REDIS_URL'];
      else process.env['TEST_REDIS_URL'] = before;
    }
  });
});
