import { randomUUID } from 'node:crypto';
import { codeOf, type Env, type Finding, WAIT_MS } from './finding.ts';

/** What a cache needs of Redis, each with the commands that show it. */
const RIGHTS = [
  { name: 'read', command: (key: string) => ['GET', key] },
  { name: 'write', command: (key: string) => ['SET', key, '1', 'PX', '1000'] },
  { name: 'scripts', command: (key: string) => ['EVAL', 'return redis.call("GET", KEYS[1])', '1', key] },
  { name: 'delete', command: (key: string) => ['DEL', key] },
] as const;

/** How far clocks may differ before times to live are wrong, in milliseconds. */
const MAX_SKEW_MS = 5_000;

const WHAT = 'Redis';

/** What mends a refusal, by the word that Redis begins it with. */
const MENDS: Readonly<Record<string, string>> = {
  NOAUTH: 'Give the user and the password in REDIS_URL: redis://user:password@host:6379.',
  WRONGPASS: 'Give the right user and password in REDIS_URL: redis://user:password@host:6379.',
  READONLY: 'Point REDIS_URL at the primary: this server is a replica.',
  OOM: 'Raise maxmemory, or let Redis evict: CONFIG SET maxmemory-policy allkeys-lru.',
  MISCONF: 'Make sure that Redis can save its files: it refuses writes because saving failed.',
  LOADING: 'Wait until Redis has loaded its data.',
};

const USUAL_MEND = 'Start Redis, or mend REDIS_URL: redis[s]://[[user]:password@]host[:port].';

/** How fast the Redis of `REDIS_URL` answers, what it allows, and whether its clock agrees. Neither user nor password is printed. */
export async function redisFinding(env: Env): Promise<Finding> {
  const url = env['REDIS_URL'] ?? '';
  if (url === '') return { what: WHAT, state: 'skipped', text: 'REDIS_URL is not set, so caches are in memory' };
  if (!/^rediss?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')) {
    const mend = 'Give it as redis://host:6379.';
    return { what: WHAT, state: 'failed', text: 'REDIS_URL is not a URL of Redis', mend };
  }
  const { host } = new URL(url);
  const { createClient } = await import('@redis/client');
  const client = createClient({ url, socket: { connectTimeout: WAIT_MS, reconnectStrategy: false } });
  client.on('error', () => {}); // what is wrong comes with the command
  let isHung = false;
  const timer = setTimeout(() => {
    isHung = true;
    client.destroy();
  }, 2 * WAIT_MS);
  try {
    await client.connect();
    return await examined(client, host);
  } catch (error) {
    const word = isHung ? `no answer for ${(2 * WAIT_MS) / 1_000} s` : wordOf(error);
    return failed(`${host} cannot be used (${word})`, MENDS[word] ?? USUAL_MEND);
  } finally {
    clearTimeout(timer);
    if (client.isOpen) client.destroy();
  }
}

interface Commands {
  sendCommand(command: string[]): Promise<unknown>;
}

async function examined(client: Commands, host: string): Promise<Finding> {
  const startedAt = performance.now();
  await client.sendCommand(['PING']);
  const tookMs = performance.now() - startedAt;
  const refused = await refusals(client);
  const skewMs = await skewOf(client);
  const words = [...new Set(refused.values())];
  if (words.length > 0) {
    const names = [...refused.keys()].join(', ');
    const rights = `Allow the user of REDIS_URL to run the commands for ${names} on the keys of the cache: ACL SETUSER.`;
    return failed(`${host} answers, but refuses: ${names} (${words.join(', ')})`, MENDS[words[0] ?? ''] ?? rights);
  }
  if (skewMs !== undefined && Math.abs(skewMs) > MAX_SKEW_MS) {
    const mend = 'Set both clocks, with NTP for example: answers live by them.';
    return {
      what: WHAT,
      state: 'warning',
      text: `the clock of ${host} differs by ${(skewMs / 1_000).toFixed(1)} s`,
      mend,
    };
  }
  const text = `${host} answers in ${tookMs.toFixed(1)} ms; read, write, scripts and delete are allowed`;
  return { what: WHAT, state: 'ok', text };
}

/** What is refused, with the word that Redis refuses it with. */
async function refusals(client: Commands): Promise<ReadonlyMap<string, string>> {
  const key = `tta-doctor:${randomUUID()}`;
  const refused = new Map<string, string>();
  for (const { name, command } of RIGHTS) {
    await client.sendCommand([...command(key)]).catch((error: unknown) => refused.set(name, wordOf(error)));
  }
  return refused;
}

/** Redis begins its errors with a word in capitals; what follows may hold a name. */
function wordOf(error: unknown): string {
  return /^[A-Z]{3,}\b/.exec(error instanceof Error ? error.message : '')?.[0] ?? codeOf(error);
}

function failed(text: string, mend: string): Finding {
  return { what: WHAT, state: 'failed', text, mend };
}

/** How much later the clock of Redis is; undefined if it does not say. */
async function skewOf(client: Commands): Promise<number | undefined> {
  try {
    const [seconds] = (await client.sendCommand(['TIME'])) as [string];
    return Number(seconds) * 1_000 - Date.now();
  } catch {
    return undefined;
  }
}
