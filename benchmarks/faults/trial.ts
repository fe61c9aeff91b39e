import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RedisService, startRedis } from '../../scripts/services/redis.ts';
import type { DuringFault } from './asking.ts';
import type { Client } from './clients/clients.ts';
import type { Fault } from './faults.ts';

/** How a client went through a fault once. */
export interface Trial extends DuringFault {
  /** From the healing until an answer comes out of Redis again, in milliseconds; null if it does not within five seconds. */
  readonly recoveryMs: number | null;
}

const PROGRAM = new URL('asking-process.ts', import.meta.url);

/** A fault lasts this long at least, and by chance up to half as long again: long enough for back-offs to have grown. */
const LEAST_FAULT_MS = 1_200;

/**
 * Takes a client in a process of its own through a fault of a server of its own. If the fault is there from the start, the client has
 * used a healthy server before.
 */
export async function tryOut(client: Client, fault: Fault, healthyUrl: string, signal: AbortSignal): Promise<Trial> {
  const redis = await startRedis({ mustBeOurs: true });
  if (redis === undefined) throw new Error('there is no Redis server');
  try {
    if (fault.isFromStart) await fault.cause(redis);
    const parameters = [client.name, fault.isFromStart ? healthyUrl : redis.url, redis.url];
    const child = fork(PROGRAM, parameters, { execArgv: ['--conditions=tta-source'] });
    try {
      return await goThrough(child, fault, redis, signal);
    } finally {
      child.kill('SIGKILL'); // what hangs would keep it alive
    }
  } finally {
    await redis.stop();
  }
}

async function goThrough(child: ChildProcess, fault: Fault, redis: RedisService, signal: AbortSignal): Promise<Trial> {
  if ((await told(child, signal)) === undefined) throw new Error('a process ended before the fault');
  const faultIsLongEnough = sleep(LEAST_FAULT_MS * (1 + Math.random() / 2));
  if (!fault.isFromStart) await fault.cause(redis);
  const during = (await ask<DuringFault>(child, signal)) ?? DIED;
  await faultIsLongEnough;
  await fault.heal(redis);
  return { ...during, recoveryMs: (await ask<number | null>(child, signal)) ?? null };
}

const DIED: DuringFault = { first: { end: 'died', ms: 0 }, later: { end: 'died', ms: 0 }, bareStepMs: 0 };

async function ask<T>(child: ChildProcess, signal: AbortSignal): Promise<T | undefined> {
  if (!child.connected) return undefined;
  const answer = told(child, signal);
  child.send('ask');
  return (await answer) as T | undefined;
}

/** What a process says next; undefined if it ends instead. */
async function told(child: ChildProcess, signal: AbortSignal): Promise<unknown> {
  const settled = new AbortController();
  const either = AbortSignal.any([signal, settled.signal]);
  try {
    const [message] = await Promise.race([
      once(child, 'message', { signal: either }),
      once(child, 'exit', { signal: either }).then(() => [undefined]),
    ]);
    return message;
  } finally {
    settled.abort();
  }
}
