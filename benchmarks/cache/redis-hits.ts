import { createClient } from '@redis/client';
import { BentoCache, bentostore } from 'bentocache';
import { redisDriver } from 'bentocache/drivers/redis';
import { Redis } from 'ioredis';
import { WorkflowContext } from 'tta-dev-primitives';
import { CachePrimitive, redisStore } from 'tta-observability-integration/primitives';
import { type Comparison, type Measurement, measure, type Work } from '../overhead/harness.ts';
import { answerOf, inTurn, KEYS } from './answers.ts';

const CONCURRENCY = 50;

/** A hit takes long beside a batch of the overhead benchmark. */
const MEASURING = { batches: 15, batchMs: 100 } as const;

/** What the same hits cost: ours, ours as bytes, bentocache's with Redis alone, and those of the bare client. */
interface Sides {
  readonly ours: Work;
  readonly oursAsBytes: Work;
  readonly bento: Work;
  readonly client: Work;
  close(): Promise<void>;
}

/** Hits in Redis, fifty at a time; every side has the same keys, all of them present, over a connection of its own. */
export async function measureRedisHits(url: string): Promise<readonly Measurement[]> {
  const small = await sidesOf(url, 2_048);
  const large = await sidesOf(url, 51_200);
  const comparisons: readonly Omit<Comparison, 'steps'>[] = [
    { name: 'Redis, 2 KB, beside bentocache', work: small.ours, other: small.bento, allowedRatio: 0.65 },
    { name: 'Redis, 2 KB, beside the bare client', work: small.ours, other: small.client, allowedRatio: 1.5 },
    {
      name: 'Redis, 50 KB as bytes, beside bentocache',
      work: large.oursAsBytes,
      other: large.bento,
      allowedRatio: 0.55,
    },
    { name: 'the bare client beside bentocache, 2 KB', work: small.client, other: small.bento, allowedRatio: Infinity },
  ];
  const measurements: Measurement[] = [];
  try {
    for (const comparison of comparisons) {
      measurements.push(await measure({ ...comparison, steps: CONCURRENCY }, MEASURING));
    }
  } finally {
    await Promise.all([small.close(), large.close()]);
  }
  return measurements;
}

async function sidesOf(url: string, bytes: number): Promise<Sides> {
  const answer = answerOf(bytes);
  const connection = new Redis(url);
  const client = await createClient({ url }).connect();
  const store = redisStore({ url, prefix: `ours:${bytes}:`, deadlineMs: 1_000 });
  const driver = redisDriver({ connection, prefix: `bento:${bytes}` });
  const bento = new BentoCache({ default: 'redis', stores: { redis: bentostore().useL2Layer(driver) } });
  const cache = new CachePrimitive(async (_question: string) => answer, { operation: 'chat', store });
  const context = new WorkflowContext();
  const question = inTurn(KEYS);
  const bentoHit = (): unknown => bento.getOrSet({ key: question(), factory: async () => answer, ttl: '1h' });
  for (const key of KEYS) {
    await client.set(`client:${bytes}:${key}`, JSON.stringify(answer));
    await cache.execute(key, context);
  }
  for (let index = 0; index < KEYS.length; index += 1) await bentoHit();
  return {
    ours: together(() => cache.execute(question(), context)),
    oursAsBytes: together(() => cache.executeBytes(question(), context)),
    bento: together(bentoHit),
    client: together(async () => JSON.parse((await client.get(`client:${bytes}:${question()}`)) ?? '') as unknown),
    async close() {
      await Promise.all([connection.quit(), client.close(), store.close()]);
      const { hits, misses } = cache.getStats();
      if (misses !== KEYS.length || hits === 0) throw new Error(`not only hits were measured: ${cache.toString()}`);
    },
  };
}

function together(work: Work): Work {
  return () => Promise.all(Array.from({ length: CONCURRENCY }, work));
}
