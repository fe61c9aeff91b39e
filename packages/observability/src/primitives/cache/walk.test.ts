import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const INDEX = new URL('../index.ts', import.meta.url).href;
const DECISION = new URL('../../../../../docs/decisions/0005-the-walk-of-a-cache-miss.md', import.meta.url);

/** Prints the files of which a second miss calls a function. It runs in a process of its own: coverage of tests uses the same counters. */
const SCRIPT = `
import { Session } from 'node:inspector/promises';
import { CachePrimitive, memoryStore } from ${JSON.stringify(INDEX)};
const message = { role: 'assistant', content: 'hello' };
const usage = { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 };
const answer = { object: 'chat.completion', model: 'm-1', choices: [{ index: 0, finish_reason: 'stop', message }], usage };
const cache = new CachePrimitive(async () => structuredClone(answer), { operation: 'chat', store: memoryStore() });
const miss = async (content) => {
  await cache.execute({ model: 'm', messages: [{ role: 'user', content }] });
  await new Promise(setImmediate);
};
await miss('first');
const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
await session.post('Profiler.takePreciseCoverage');
await miss('second');
const { result } = await session.post('Profiler.takePreciseCoverage');
if (cache.getStats().misses !== 2) throw new Error('not a miss');
const isCalled = ({ functions }) => functions.some(({ ranges }) => ranges[0].count > 0);
console.log(JSON.stringify(result.filter(isCalled).map(({ url }) => url)));
`;

it('a miss in memory passes the twelve files of the cache that the decision names, and no other', async () => {
  const args = [
    '--conditions=tta-source',
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
    '-e',
    SCRIPT,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 60_000 });
  const urls = JSON.parse(stdout) as string[];
  const files = urls.map((url) => url.split('/primitives/cache/')[1]).filter((file) => file !== undefined);
  const ownFiles = files.filter((file) => !file.startsWith('store/')).map((file) => file.replace('.ts', ''));
  const page = await readFile(DECISION, 'utf8');
  const named = Array.from(page.matchAll(/^\d+\. `([\w/-]+)`/gm), ([, file]) => file);
  expect(ownFiles.toSorted()).toEqual(named.toSorted());
  expect(named).toHaveLength(12);
});
