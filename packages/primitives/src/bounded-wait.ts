import { backgroundClock, type Clock } from './clock.ts';

/**
 * Waits for work at most `ms`, and then gives what `late` returns or rejects with what `late` throws. What the work does after that is
 * dropped.
 *
 * An answer that has arrived while the event loop was blocked still counts: a blocked loop is not slow work. The wait keeps the
 * process alive; give it a {@link backgroundClock} if it must not.
 */
export function within<T, L>(
  clock: Pick<Clock, 'setTimer'>,
  ms: number,
  work: () => T | PromiseLike<T>,
  late: () => L,
): Promise<T | L> {
  const { promise, resolve, reject } = Promise.withResolvers<T | L>();
  let isOver = false;
  const expire = (): void => {
    if (isOver) return;
    try {
      resolve(late());
    } catch (error) {
      reject(error);
    }
  };
  const timer = clock.setTimer(() => setImmediate(expire), ms);
  const end = (): void => {
    isOver = true;
    timer.cancel();
  };
  attempt(work).then(
    (value) => {
      end();
      resolve(value);
    },
    (error: unknown) => {
      end();
      reject(error);
    },
  );
  return promise;
}

/** Waits for work at most `ms`; undefined if it takes longer or fails. Does not keep the process alive, and never rejects. */
export function withinTime<T>(clock: Clock, ms: number, work: () => T | PromiseLike<T>): Promise<T | undefined> {
  const nothing = (): undefined => undefined;
  return within(backgroundClock(clock), ms, work, nothing).catch(nothing);
}

function attempt<T>(work: () => T | PromiseLike<T>): Promise<T> {
  try {
    return Promise.resolve(work());
  } catch (error) {
    return Promise.reject(error);
  }
}
