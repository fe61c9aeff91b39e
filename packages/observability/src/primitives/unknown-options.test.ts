import { expect, it } from 'vitest';
import { CachePrimitive, fileStore, guardedStore, memoryStore, redisStore, tieredStore } from './index.ts';

const answer = async (): Promise<string> => 'yes';

/** A misspelt option is a wish that nobody would hear of again. */
it.each<[string, () => unknown]>([
  ['CachePrimitive: lease.ttlSeconds', () => new CachePrimitive(answer, { lease: { ttlSeconds: 2 } as never })],
  ['memoryStore: maxSize', () => memoryStore({ maxSize: 1 } as never)],
  ['fileStore: file', () => fileStore({ path: 'answers.db', file: 'answers.db' } as never)],
  ['fileStore: tier', () => fileStore({ path: 'answers.db', tier: 'near' } as never)],
  ['redisStore: host', () => redisStore({ url: 'redis://127.0.0.1:1', host: '127.0.0.1' } as never)],
  ['redisStore: tier', () => redisStore({ url: 'redis://127.0.0.1:1', tier: 'near' } as never)],
  ['tieredStore: nearTtl', () => tieredStore(memoryStore(), memoryStore(), { nearTtl: 1 } as never)],
  ['guardedStore: timeoutMs', () => guardedStore(memoryStore(), { timeoutMs: 1 } as never)],
])('%s is not an option', (option, build) => {
  expect(build).toThrow(new RegExp(`^${option.replace('.', '\\.')} is not an option`));
});
