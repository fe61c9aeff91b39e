import { createClient } from '@redis/client';
import { afterAll, describe, expect, it } from 'vitest';
import { startRedis } from '../../../../scripts/services/redis.ts';
import { fakeIo } from '../__fixtures__/fake-io.ts';
import { runCli } from '../cli.ts';
import { redisFinding } from './redis.ts';

const redis = await startRedis({ mustBeOurs: true });
afterAll(() => redis?.stop());

describe.skipIf(redis === undefined)('tta doctor with a real Redis', () => {
  const url = redis?.url ?? '';

  async function command(...words: string[]): Promise<void> {
    const client = await createClient({ url }).connect();
    await client.sendCommand(words);
    client.destroy();
  }

  /** The address of the server for a user with these rules. */
  async function urlOf(...rules: string[]): Promise<string> {
    await command('ACL', 'SETUSER', 'limited', 'reset', 'on', '>canary-secret', '~*', ...rules);
    const own = new URL(url);
    [own.username, own.password] = ['limited', 'canary-secret'];
    return own.href;
  }

  it('says how fast it answers, and leaves no key behind', async () => {
    const finding = await redisFinding({ REDIS_URL: url });
    expect([finding.state, finding.mend]).toEqual(['ok', undefined]);
    expect(finding.text).toMatch(
      /^127\.0\.0\.1:\d+ answers in \d+\.\d ms; read, write, scripts and delete are allowed$/,
    );
    const client = await createClient({ url }).connect();
    expect(await client.dbSize()).toBe(0);
    client.destroy();
  });

  it.each([
    ['write', ['+@all', '-set']],
    ['scripts', ['+@all', '-@scripting']],
    ['read, scripts', ['+@all', '-get']],
    ['read, write, scripts, delete', ['-@all', '+ping', '+hello', '+auth', '+client']],
  ])('names %s when a user must not do that, and how to allow it', async (names, rules) => {
    expect(await redisFinding({ REDIS_URL: await urlOf(...rules) })).toMatchObject({
      state: 'failed',
      text: expect.stringMatching(new RegExp(`answers, but refuses: ${names} \\(`)),
      mend: expect.stringContaining(`ACL SETUSER`),
    });
  });

  it('takes a user who may do no more than a cache needs', async () => {
    const rules = ['-@all', '+get', '+set', '+eval', '+del', '+ping', '+hello', '+auth', '+client'];
    expect((await redisFinding({ REDIS_URL: await urlOf(...rules) })).state).toBe('ok');
  });

  it('tells a wrong password from a missing server, and prints no secret', async () => {
    const own = new URL(await urlOf('+@all'));
    own.password = 'canary-wrong';
    const io = fakeIo({ env: { REDIS_URL: own.href } });
    expect(await runCli(['doctor'], '1.2.3', io)).toBe(1);
    expect(io.out()).toContain('cannot be used (WRONGPASS)');
    expect(io.out()).toContain('right user and password');
    expect(io.out() + io.err()).not.toMatch(/canary|limited/);
  });

  it.each([
    ['READONLY', 'primary', ['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE']],
    ['OOM', 'maxmemory', ['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0']],
  ])('says what mends a server that refuses writes with %s', async (word, mend, make, undo) => {
    await command(...make);
    const finding = await redisFinding({ REDIS_URL: url });
    await command(...undo);
    expect(finding).toMatchObject({ state: 'failed', mend: expect.stringContaining(mend) });
    expect(finding.text).toContain(word);
  });

  it('gives up on a server that accepts connections and never answers', async () => {
    await redis?.pause();
    const finding = await redisFinding({ REDIS_URL: url });
    await redis?.resume();
    expect(finding).toMatchObject({ state: 'failed', text: expect.stringContaining('no answer for 4 s') });
  });
});

it('refuses an address that is not one of Redis', async () => {
  expect(await redisFinding({ REDIS_URL: 'https://127.0.0.1' })).toMatchObject({
    state: 'failed',
    mend: 'Give it as redis://host:6379.',
  });
});
