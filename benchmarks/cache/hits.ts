import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Measurement } from '../overhead/harness.ts';
import { MEMORY_HITS } from './memory-hits.ts';
import { REDIS_HITS } from './redis-hits.ts';

const DEADLINE_MS = 180_000;

/** What hits cost, one comparison after the other, each as soon as it is measured. */
export async function* measureHits(url: string): AsyncGenerator<Measurement, void, undefined> {
  for (const name of Object.keys({ ...MEMORY_HITS, ...REDIS_HITS })) yield await measuredApart(name, url);
}

/** @throws Error if the process gives no measurement, or not in time; why is on its stderr */
async function measuredApart(name: string, url: string): Promise<Measurement> {
  const child = fork(new URL('hits-process.ts', import.meta.url), [name, url], {
    execArgv: ['--conditions=tta-source'],
    serialization: 'advanced', // a ratio without a gate is allowed to be infinite
    timeout: DEADLINE_MS,
    killSignal: 'SIGKILL',
  });
  const ended = once(child, 'exit').then(([code, signal]) => {
    const how =
      signal === 'SIGKILL' ? `was killed, as it is after ${DEADLINE_MS / 1_000} s` : `ended with ${String(code)}`;
    throw new Error(`the process that measures "${name}" ${how}`);
  });
  const [measurement] = (await Promise.race([once(child, 'message'), ended])) as [Measurement];
  return measurement;
}
