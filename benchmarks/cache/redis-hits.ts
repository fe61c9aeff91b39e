import { createClient } from '@redis/client';
import { BentoCache, bentostore } from 'bentocache';
import { redisDriver } from 'bentocache/drivers/redis';
import { Redis } from 'ioredis';
import { WorkflowContext } from 'tta-dev-primitives';
import { CachePrimitive, redisStore } from 'tta-observability-integration/primitives';
import { type Comparison, type Measurement, measure, type Work } from '../overhead/harness.ts';
import { answerOf, asciiAnswerOf, inTurn, KEYS } from './answers.ts';

const CONCURRENCY = 50;

/** A batch spans several garbage collections: each side pays for its own. */
const MEASURING = { batches: 15, batchMs: 400 } as const;

/** Hits that can be measured: of our cache, of bentocache with Redis alone, and the bare reads of a client. */
type Side = 'ours' | 'oursAsBytes' | 'bento' | 'client' | 'clientAsBytes';

/** Hits in Redis, fifty at a time; every side has the same keys, all of them present, over a connection of its own. */
export const REDIS_HITS: Readonly<Record<string, (name: string, url: string) => Promise<Measurement>>> = {
  'Redis, 2 KB, beside bentocache': comparing(answerOf(2_048), 'ours', 'bento', 0.65),
  'Redis, 2 KB, beside the bare client': comparing(answerOf(2_048), 'ours', 'client', 1.5),
  'Redis, 50 KB as bytes, beside bentocache': comparing(answerOf(51_200), 'oursAsBytes', 'bento', 2.5),
  'Redis, 50 KB, beside bentocache': comparing(answerOf(51_200), 'ours', 'bento', Infinity),
  'Redis, 2 KB of ASCII, beside bentocache': comparing(asciiAnswerOf(2_048), 'ours', 'bento', Infinity),
  'Redis, 2 KB of ASCII, beside the bare client': comparing(asciiAnswerOf(2_048), 'ours', 'client', Infinity),
  'the bare client beside bentocache, 2 KB': comparing(answerOf(2_048), 'client', 'bento', Infinity),
  'the bare client beside bentocache, 50 KB as bytes': comparing(answerOf(51_200), 'clientAsBytes', 'bento', Infinity),
};

function comparing(answer: object, side: Side, other: Side, allowedRatio: number) {
  return async (name: string, url: string): Promise<Measurement> => {
    await empty(url);
    const [work, beside] = [await hitsOf(side, answer, url), await hitsOf(other, answer, url)];
    const comparison: Comparison = {
      name,
      work: together(work.hit),
      other: together(beside.hit),
      steps: CONCURRENCY,
      allowedRatio,
    };
    try {
      return await measure(comparison, MEASURING);
    } finally {
      await Promise.all([work.close(), beside.close()]);
    }
  };
}

/** What the comparison before has left. */
async function empty(url: string): Promise<void> {
  const client = await createClient({ url }).connect();
  await client.flushAll();
  await client.close();
}

function together(work: Work): Work {
  return () => Promise.all(Array.from({ length: CONCURRENCY }, work));
}

interface Hits {
  readonly hit: Work;
  /** @throws Error if not only hits were measured */
  close(): Promise<void>;
}

function hitsOf(side: Side, answer: object, url: string): Promise<Hits> {
  switch (side) {
    case 'ours':
    case 'oursAsBytes':
      return ourHits(answer, side === 'oursAsBytes', url);
    case 'bento':
      return bentoHits(answer, url);
    case 'client':
    case 'clientAsBytes':
      return clientHits(answer, side === 'clientAsBytes', url);
  }
}

/** @param isAsBytes - whether the answer is a `Response`; each hit then reads its bytes */
async function ourHits(answer: object, isAsBytes: boolean, url: string): Promise<Hits> {
  const store = redisStore({ url, prefix: 'ours:', deadlineMs: 1_000 });
  const give = async (_question: string) => (isAsBytes ? Response.json(answer) : answer);
  const cache = new CachePrimitive(give, { operation: 'chat', store });
  const ask = async (key: string): Promise<unknown> => {
    const given = await cache.execute(key, context);
    return given instanceof Response ? given.arrayBuffer() : given;
  };
  const context = new WorkflowContext();
  const question = inTurn(KEYS);
  for (const key of KEYS) await ask(key);
  return {
    hit: () => ask(question()),
    async close() {
      await store.close();
      const { hits, misses } = cache.getStats();
      if (misses !== KEYS.length || hits === 0) throw new Error(`not only hits were measured: ${cache.toString()}`);
    },
  };
}

async function bentoHits(answer: object, url: string): Promise<Hits> {
  const connection = new Redis(url);
  const driver = redisDriver({ connection, prefix: 'bento' });
  const bento = new BentoCache({ default: 'redis', stores: { redis: bentostore().useL2Layer(driver) } });
  const question = inTurn(KEYS);
  let misses = 0;
  const factory = async (): Promise<unknown> => {
    misses += 1;
    return answer;
  };
  const hit = (): Promise<unknown> => bento.getOrSet({ key: question(), factory, ttl: '1h' });
  for (let index = 0; index < KEYS.length; index += 1) await hit();
  return {
    hit,
    async close() {
      await connection.quit();
      if (misses !== KEYS.length) throw new Error(`not only hits were measured: bentocache missed ${misses}`);
    },
  };
}

async function clientHits(answer: object, isAsBytes: boolean, url: string): Promise<Hits> {
  const client = await createClient({ url }).connect();
  const bytes = client.withTypeMapping({ 36: Buffer });
  const question = inTurn(KEYS);
  for (const key of KEYS) await client.set(`client:${key}`, JSON.stringify(answer));
  return {
    hit: isAsBytes
      ? () => bytes.get(`client:${question()}`)
      : async () => JSON.parse((await client.get(`client:${question()}`)) ?? '') as unknown,
    close: () => client.close(),
  };
}
