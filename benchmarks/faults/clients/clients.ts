import type { Open } from './client.ts';

/** A way to use Redis as a cache, with the settings it has by default. */
export interface Client {
  readonly name: string;
  readonly isOurs: boolean;
  /** Loads it, and nothing of the others. */
  load(): Promise<Open>;
}

export const CLIENTS: readonly Client[] = [
  { name: 'ours', isOurs: true, load: async () => (await import('./ours.ts')).openRedisStore },
  { name: 'ours, L1 + L2', isOurs: true, load: async () => (await import('./ours.ts')).openTieredStore },
  { name: 'bentocache, L1 + L2', isOurs: false, load: async () => (await import('./bentocache.ts')).openNearAndFar },
  { name: 'bentocache, L2', isOurs: false, load: async () => (await import('./bentocache.ts')).openFar },
  { name: 'cacheable, L1 + L2', isOurs: false, load: async () => (await import('./cacheable.ts')).openCacheable },
  { name: 'keyv', isOurs: false, load: async () => (await import('./keyv.ts')).openKeyv },
  { name: 'node-redis', isOurs: false, load: async () => (await import('./node-redis.ts')).openNodeRedis },
  { name: 'ioredis', isOurs: false, load: async () => (await import('./ioredis.ts')).openIoRedis },
];
