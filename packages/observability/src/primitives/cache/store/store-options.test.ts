import { expect, it } from 'vitest';
import { fileStore } from './file/file-store.ts';
import { guardedStore } from './guard/guarded-store.ts';
import { memoryStore } from './memory-store.ts';
import { redisStore } from './redis/redis-store.ts';
import { tieredStore } from './tiered-store.ts';

const makers: readonly [string, (options: object) => unknown][] = [
  ['redisStore', (options) => redisStore({ url: 'redis://127.0.0.1:1', ...options })],
  ['fileStore', (options) => fileStore({ path: 'answers.db', ...options })],
  ['guardedStore', (options) => guardedStore(memoryStore(), options)],
];

const logs = 'an object with info, warn, error';

const refused: readonly [object, string][] = [
  [{ logger: true }, `logger must be ${logs}, but it is true`],
  [{ logger: 'x' }, `logger must be ${logs}, but it is "x"`],
  [{ logger: { info() {}, warn() {} } }, `logger must be ${logs}, but it is an object`],
  [{ random: 0.5 }, 'random must be a function, but it is 0.5'],
  [{ deadlineMs: 0 }, 'deadlineMs must be a number above 0, but it is 0'],
  [{ writeDeadlineMs: '1' }, 'writeDeadlineMs must be a number above 0, but it is "1"'],
];

it.each(makers.flatMap(([name, make]) => refused.map(([options, sentence]) => ({ name, make, options, sentence }))))(
  '$name says: $sentence',
  ({ name, make, options, sentence }) => {
    expect(() => make(options)).toThrow(new RegExp(`^${name}: ${sentence.replace('.', '\\.')}$`));
  },
);

it('redisStore takes the console for a logger', () => {
  expect(() => redisStore({ url: 'redis://127.0.0.1:1', logger: console })).not.toThrow();
});

it.each([
  ['near', () => tieredStore(undefined as never, memoryStore())],
  ['far', () => tieredStore(memoryStore(), undefined as never)],
])('tieredStore says that its %s tier is no store', (tier, make) => {
  expect(make).toThrow(new RegExp(`^tieredStore: ${tier} must be a CacheStore, but it has no get, set,`));
});
