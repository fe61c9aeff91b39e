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
export async function measureMemoryHits(): Promise<readonly Measurement[]> {
  const answer = answerOf(BYTES);
  const bento = new BentoCache({
    default: 'memory',
    stores: { memory: bentostore().useL1Layer(memoryDriver({ serialize: false, maxItems: 1_000 })) },
  });
  const bentoKey = inTurn(KEYS);
  const other = (): unknown => bento.getOrSet({ key: bentoKey(), factory: async () => answer, ttl: '1h' });
  const context = new WorkflowContext();
  const hit = (inputs: readonly unknown[], options: CacheOptions<unknown>) => {
    const cache = new CachePrimitive(async () => answer, { operation: 'chat', store: memoryStore(), ...options });
    const input = inTurn(inputs);
    return (): unknown => cache.execute(input(), context);
  };
  const comparisons = [
    { name: 'memory, 2 KB, key is a text, shared', work: hit(KEYS, { copy: 'share' }), allowedRatio: 0.6 },
    { name: 'memory, 2 KB, key is a text, a copy each', work: hit(KEYS, {}), allowedRatio: Infinity },
    { name: 'memory, 2 KB, whole request, a copy each', work: hit(REQUESTS, {}), allowedRatio: Infinity },
  ];
  const measurements: Measurement[] = [];
  for (const comparison of comparisons) measurements.push(await measure({ ...comparison, other }));
  return measurements;
}
