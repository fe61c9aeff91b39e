import type { Clock } from 'tta-dev-primitives';

type Result<T> = Awaited<ReturnType<ReadableStreamDefaultReader<T>['read']>>;

/** How long a source may take to end, and its reader to read that, after the last part of an answer, in milliseconds. */
export const LINGER_MS = 1_000;

/** What follows the last part of an answer, if it comes in time; a source that breaks takes nothing away any more. */
export function lastRead<T>(reader: ReadableStreamDefaultReader<T>, clock: Clock): Promise<Result<T>> {
  const { promise, resolve } = Promise.withResolvers<Result<T>>();
  const end = (): void => resolve({ done: true, value: undefined });
  const timer = clock.setTimer(() => {
    end();
    reader.cancel().catch(() => {}); // it is closed already
  }, LINGER_MS);
  reader.read().then(resolve, end);
  return promise.finally(() => timer.cancel());
}
