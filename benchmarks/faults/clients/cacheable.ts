import KeyvRedis from '@keyv/redis';
import { Cacheable } from 'cacheable';
import { Keyv } from 'keyv';
import { ignore, type Open } from './client.ts';

export const openCacheable: Open = (url, step) => {
  const secondary = new Keyv(new KeyvRedis(url)).on('error', ignore);
  return () => {
    const cache = new Cacheable({ secondary });
    cache.on('error', ignore);
    return (question) => cache.getOrSet(question, () => step(question), { ttl: '1h' });
  };
};
