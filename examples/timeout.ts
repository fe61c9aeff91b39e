/**
 * A slow provider under a timeout: an answer in time, a late one that is still used, one that never comes, and a stream that
 * stalls.
 *
 *     node --conditions=tta-source examples/timeout.ts
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isTimeoutError, TimeoutPrimitive } from 'tta-observability-integration/primitives';

/** A provider that takes as long as it is told to, and does not listen when it is told to stop. */
async function answer(takesMs: number): Promise<string> {
  await sleep(takesMs);
  return `an answer after ${takesMs} ms`;
}

/** A stream that sends two words and then stalls until it is told to stop. */
async function* talk(_question: string, { signal }: { readonly signal: AbortSignal }): AsyncGenerator<string> {
  yield 'Because';
  yield 'of';
  await sleep(60_000, undefined, { signal });
  yield 'Rayleigh';
}

const answering = new TimeoutPrimitive(answer, { timeoutMs: 100, graceMs: 100 });
for (const takesMs of [20, 150, 400]) {
  try {
    console.log(await answering.execute(takesMs));
  } catch (error) {
    if (!isTimeoutError(error)) throw error;
    console.log(`${error.name} (${error.phase}): ${error.message}`);
  }
}

const talking = new TimeoutPrimitive(talk, { timeoutMs: 1_000, stream: { firstChunkMs: 500, idleMs: 100 } });
try {
  for await (const word of await talking.execute('Why is the sky blue?')) console.log(word);
} catch (error) {
  if (!isTimeoutError(error)) throw error;
  console.log(`${error.name} (${error.phase}): ${error.message}`);
}

console.log(String(answering));
console.log(answering.getStats());
