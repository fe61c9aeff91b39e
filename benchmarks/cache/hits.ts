import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Measurement } from '../overhead/harness.ts';
import { MEMORY_HITS } from './memory-hits.ts';
import { REDIS_HITS } from './redis-hits.ts';

const DEADLINE_MS = 180_000;

/** What hits cost, one comparison after the other. */
export async function measureHits(url: string): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = [];
  for (const name of Object.keys({ ...MEMORY_HITS, ...REDIS_HITS })) measurements.push(await measuredApart(name, url));
  return measurements;
}

async function measuredApart(name: string, url: string): Promise<Measurement> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const child = fork(new URL('hits-process.ts', import.meta.url), [name, url], {
    execArgv: ['--conditions=tta-source'],
    serialization: 'advanced', // a ratio without a gate is allowed to be infinite
    signal,
    killSignal: 'SIGKILL',
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the process that measures "${name}" has ended with ${String(code)}`);
  });
  const [measurement] = (await Promise.race([once(child, 'message', { signal }), ended])) as [Measurement];
  return measurement;
}
