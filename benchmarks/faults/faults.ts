import type { RedisService } from '../../scripts/services/redis.ts';

/** Something that happens to a server. */
export interface Fault {
  readonly name: string;
  /** Whether it is there before the client is. */
  readonly isFromStart: boolean;
  cause(redis: RedisService): Promise<void>;
  /** Resolves when the server answers again. */
  heal(redis: RedisService): Promise<void>;
  /** What the first answer may take, and each one after it, in milliseconds, the 5 ms of the step included. */
  readonly allowedMs: { readonly first: number; readonly later: number };
}

const kill = (redis: RedisService): Promise<void> => redis.kill();
const restart = (redis: RedisService): Promise<void> => redis.restart();

export const FAULTS: readonly Fault[] = [
  {
    name: 'hung',
    isFromStart: false,
    cause: (redis) => redis.pause(),
    heal: (redis) => redis.resume(),
    allowedMs: { first: 75, later: 10 },
  },
  { name: 'killed', isFromStart: false, cause: kill, heal: restart, allowedMs: { first: 15, later: 15 } },
  { name: 'down at start', isFromStart: true, cause: kill, heal: restart, allowedMs: { first: 15, later: 15 } },
];
