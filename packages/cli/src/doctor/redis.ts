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

/** How fast the Redis of `REDIS_URL` answers, what it allows, and whether its clock agrees. Neither user nor password is printed. */
export async function redisFinding(env: Env): Promise<Finding> {
  const what = 'Redis';
  const url = env['REDIS_URL'] ?? '';
  if (url === '') return { what, state: 'skipped', text: 'REDIS_URL is not set, so caches are in memory' };
  if (!URL.canParse(url)) {
    return { what, state: 'failed', text: 'REDIS_URL is not a URL', mend: 'Give it as redis://host:6379.' };
  }
  const { host } = new URL(url);
  const { createClient } = await import('@redis/client');
  const client = createClient({ url, socket: { connectTimeout: WAIT_MS, reconnectStrategy: false } });
  client.on('error', () => {}); // what is wrong comes with the command
  const timer = setTimeout(() => client.destroy(), 2 * WAIT_MS);
  try {
    await client.connect();
    const startedAt = performance.now();
    await client.sendCommand(['PING']);
    const tookMs = performance.now() - startedAt;
    const missing = await missingRights(client);
    const skewMs = await skewOf(client);
    if (missing.length > 0) {
      const mend = `Allow the user of REDIS_URL the commands for ${missing.join(', ')} on keys of the cache: ACL SETUSER.`;
      return { what, state: 'failed', text: `${host} answers, but does not allow: ${missing.join(', ')}`, mend };
    }
    if (skewMs !== undefined && Math.abs(skewMs) > MAX_SKEW_MS) {
      const mend = 'Set both clocks, with NTP for example: answers live by them.';
      return { what, state: 'warning', text: `the clock of ${host} differs by ${(skewMs / 1_000).toFixed(1)} s`, mend };
    }
    return {
      what,
      state: 'ok',
      text: `${host} answers in ${tookMs.toFixed(1)} ms; read, write, scripts and delete are allowed`,
    };
  } catch (error) {
    const mend = 'Start Redis, or mend REDIS_URL: redis[s]://[[user]:password@]host[:port].';
    return { what, state: 'failed', text: `${host} cannot be used (${codeOf(error)})`, mend };
  } finally {
    clearTimeout(timer);
    if (client.isOpen) client.destroy();
  }
}

interface Commands {
  sendCommand(command: string[]): Promise<unknown>;
}

async function missingRights(client: Commands): Promise<readonly string[]> {
  const key = `tta-doctor:${randomUUID()}`;
  const missing: string[] = [];
  for (const { name, command } of RIGHTS) {
    await client.sendCommand([...command(key)]).catch(() => missing.push(name));
  }
  return missing;
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
