import { setTimeout as sleep } from 'node:timers/promises';
import { CachePrimitive, redisStore } from 'tta-observability-integration/primitives';

/** A process with many callers of one request; says how often it has called the step, and what its callers were told. */
const [url = '', prefix = '', callers = '1'] = process.argv.slice(2);

let calls = 0;
const step = async (question: string): Promise<string> => {
  calls += 1;
  await sleep(500);
  return `answer to ${question}`;
};
const store = redisStore({ url, prefix, deadlineMs: 1_000 });
await store.get('warm-up'); // connects before the start, as every process does
process.send?.('ready');
await new Promise((resolve) => process.once('message', resolve));
const cache = new CachePrimitive(step, { operation: 'chat', store });
const answers = await Promise.all(Array.from({ length: Number(callers) }, () => cache.execute('q')));
await store.close();
process.send?.({ calls, answered: answers.filter((answer) => answer === 'answer to q').length }, () => process.exit());
