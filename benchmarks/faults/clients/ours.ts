import { CachePrimitive, memoryStore, redisStore, tieredStore } from 'tta-observability-integration/primitives';
import type { Open } from './client.ts';

export const openRedisStore: Open = (url, step) => {
  const store = redisStore({ url });
  return () => {
    const cache = new CachePrimitive(step, { operation: 'faults', store });
    return (question) => cache.execute(question);
  };
};

export const openTieredStore: Open = (url, step) => {
  const far = redisStore({ url });
  return () => {
    const cache = new CachePrimitive(step, { operation: 'faults', store: tieredStore(memoryStore(), far) });
    return (question) => cache.execute(question);
  };
};
