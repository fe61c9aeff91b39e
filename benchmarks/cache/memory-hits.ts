import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { WorkflowContext } from 'tta-dev-primitives';
import { type CacheOptions, CachePrimitive, memoryStore } from 'tta-observability-integration/primitives';
import { type Measurement, measure } from '../overhead/harness.ts';
import { answerOf, inTurn, KEYS, REQUESTS } from './answers.ts';

const BYTES = 2_048;

/**
 * Hits in memory beside bentocache, which hands out the very object it was given (`serialize: false`). The gate compares like with
 * like: a text as key, one answer for all (`copy: 'share'`), counted and priced as every hit of ours. The others are shown to tell
 * what a copy for each caller and the digest of a whole request cost.
 */
export const MEMORY_HITS: Readonly<Record<string, (name: string) => Promise<Measurement>>> = {
  'memory, 2 KB, key is a text, shared': (name) => measureHits(name, KEYS, { copy: 'share' }, 0.6),
  'memory, 2 KB, key is a text, a copy each': (name) => measureHits(name, KEYS, {}, Infinity),
  'memory, 2 KB, whole request, a copy each': (name) => measureHits(name, REQUESTS, {}, Infinity),
};

function measureHits(
  name: string,
  inputs: readonly unknown[],
  options: CacheOptions<unknown>,
  allowedRatio: number,
): Promise<Measurement> {
  const answer = answerOf(BYTES);
  const bento = new BentoCache({
    default: 'memory',
    stores: { memory: bentostore().useL1Layer(memoryDriver({ serialize: false, maxItems: 1_000 })) },
  });
  const bentoKey = inTurn(KEYS);
  const cache = new CachePrimitive(async () => answer, { operation: 'chat', store: memoryStore(), ...options });
  const context = new WorkflowContext();
  const input = inTurn(inputs);
  return measure({
    name,
    work: () => cache.execute(input(), context),
    other: () => bento.getOrSet({ key: bentoKey(), factory: async () => answer, ttl: '1h' }),
    allowedRatio,
  });
}
