import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CacheStore, memoryStore, redisStore, StoreError } from 'tta-observability-integration/primitives';
import type { Io } from '../output/io.ts';
import { interject } from './progress.ts';

const MEMORY_BYTES = 64 * 2 ** 20;

/** How long a Redis that is slow to greet us may keep the run from beginning. */
const GREETING_MS = 2_000;
const PAUSE_MS = 20;

/**
 * Opens the store of a run: in memory, or in Redis, connected before the first request so no request waits for it.
 *
 * Every run has keys of its own in Redis, so it finds nothing of an earlier one; they expire by themselves. When Redis
 * cannot be used, and when it can be again, one line on `io.stderr` says so at once.
 */
export async function openStore(redisUrl: string | undefined, { stderr, interrupted }: Io): Promise<CacheStore> {
  if (redisUrl === undefined) return memoryStore({ maxBytes: MEMORY_BYTES });
  let isGreeted = false;
  let news: string | undefined;
  const tell = (message: string): void => {
    news = `tta: ${message}`;
    if (isGreeted) interject(stderr, news);
  };
  const logger = {
    info: tell,
    warn: (message: string) => tell(`${message} (here: --redis; meanwhile the models are asked)`),
    error: (message: string) => tell(`${message} (here: --redis; meanwhile the models are asked)`),
  };
  const store = redisStore({ url: redisUrl, prefix: `tta-demo:${randomUUID()}:`, logger });
  const isUsable = await greets(store, interrupted);
  isGreeted = true;
  if (!isUsable && news !== undefined) interject(stderr, news);
  return store;
}

/** Whether a store answers; a connection that is being opened is waited for, one that is refused is not. */
async function greets(store: CacheStore, interrupted: AbortSignal): Promise<boolean> {
  const startedAt = performance.now();
  for (;;) {
    try {
      await store.get('greeting');
      return true;
    } catch (error) {
      const isSlow = error instanceof StoreError && error.reason === 'timeout';
      if (!isSlow || interrupted.aborted || performance.now() - startedAt > GREETING_MS) return false;
      await sleep(PAUSE_MS);
    }
  }
}
