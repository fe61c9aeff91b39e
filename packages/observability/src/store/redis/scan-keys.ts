import { type Extras, extrasOf, isIoRedis, type RedisClientLike } from './redis-client.ts';

/** How many keys a server looks at for one page. */
const PAGE = 100;

export function canScan(extras: Extras): boolean {
  return typeof extras.scan === 'function' || typeof extras.nodes === 'function' || extras.masters !== undefined;
}

/**
 * Every key that begins with a prefix, page by page. In a cluster every master is asked, because a master knows its own keys only.
 *
 * A client that puts a prefix of its own before keys does so neither to patterns nor to what a scan gives back: here both are
 * done, so the keys are those that its other commands take.
 */
export async function* scanKeys(client: RedisClientLike, prefix: string): AsyncGenerator<readonly string[]> {
  const own = prefixOf(extrasOf(client));
  const pattern = `${escapePattern(own + prefix)}*`;
  const options = isIoRedis(client) ? ['MATCH', pattern, 'COUNT', PAGE] : [{ MATCH: pattern, COUNT: PAGE }];
  for (const server of await serversOf(extrasOf(client))) {
    let cursor = '0';
    do {
      const page = await server.scan(cursor, ...options);
      const [next, keys] = 'cursor' in page ? [page.cursor, page.keys] : page;
      cursor = String(next);
      yield keys.map((key) => String(key).slice(own.length));
    } while (cursor !== '0');
  }
}

type Server = Required<Pick<Extras, 'scan'>>;

async function serversOf(client: Extras): Promise<readonly Server[]> {
  if (typeof client.nodes === 'function') return client.nodes('master');
  const { masters, nodeClient } = client;
  if (masters === undefined || nodeClient === undefined) return [client as Server];
  return Promise.all(masters.map((master) => nodeClient.call(client, master)));
}

/** What a client is set to put before every key by itself. */
function prefixOf({ options, _options, _keyPrefix }: Extras): string {
  return String(options?.keyPrefix ?? _keyPrefix ?? _options?.keyPrefix ?? '');
}

/** The characters that mean something in a pattern of Redis stand for themselves after a backslash. */
function escapePattern(text: string): string {
  return text.replace(/[*?[\]\\^-]/g, '\\$&');
}
