import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Clock } from 'tta-dev-primitives';
import { systemClock } from 'tta-dev-primitives/internal';

/** Keeps the event loop busy. */
export function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/**
 * A clock that stands still until it jumps. It then fires what is due before the event loop looks at any socket, as a loop does that was
 * blocked meanwhile.
 */
export function blockedClock(): Clock & { jump(ms: number): void } {
  const timers = new Set<{ readonly dueAt: number; readonly callback: () => void }>();
  let nowMs = 0;
  return {
    now: () => nowMs,
    epochMs: () => systemClock.epochMs(),
    setTimer(callback, delayMs) {
      const timer = { dueAt: nowMs + delayMs, callback };
      timers.add(timer);
      return { cancel: () => timers.delete(timer) };
    },
    jump(ms) {
      nowMs += ms;
      for (const timer of [...timers]) if (timer.dueAt <= nowMs && timers.delete(timer)) timer.callback();
    },
  };
}

/** Two ends of one connection: what is written to one is ready at the other when the event loop turns. */
export async function socketPair(): Promise<{ near: Socket; far: Socket }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const near = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [[far]] = (await Promise.all([once(server, 'connection'), once(near, 'connect')])) as [[Socket], unknown];
  server.close();
  return { near, far };
}
