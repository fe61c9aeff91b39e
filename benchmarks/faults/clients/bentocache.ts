import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisDriver } from 'bentocache/drivers/redis';
import { Redis } from 'ioredis';
import { ignore, type Open } from './client.ts';

export const openNearAndFar: Open = (url, step) => {
  const connection = connectionTo(url);
  return () => cacheOf(bentostore().useL1Layer(memoryDriver()).useL2Layer(redisDriver({ connection })), step);
};

export const openFar: Open = (url, step) => {
  const connection = connectionTo(url);
  return () => cacheOf(bentostore().useL2Layer(redisDriver({ connection })), step);
};

function connectionTo(url: string): Redis {
  return new Redis(url).on('error', ignore);
}

function cacheOf(store: ReturnType<typeof bentostore>, step: Parameters<Open>[1]): ReturnType<ReturnType<Open>> {
  const bento = new BentoCache({ default: 'faults', stores: { faults: store } });
  return (question) => bento.getOrSet({ key: question, factory: () => step(question), ttl: '1h' });
}
