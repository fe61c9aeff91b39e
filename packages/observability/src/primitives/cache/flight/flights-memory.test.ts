import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../request/cache-key.ts';
import { type Flight, Flights } from './flight.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: { readonly type: 'major' | 'minor' }) => void;

/** Megabytes that are in use once the young objects that nobody holds are gone. */
function usedMb(): number {
  collect({ type: 'minor' });
  return process.memoryUsage().heapUsed / 1e6;
}

/** Lands with an answer of about 5 KB after a turn, as a look at a store does. */
async function landLater(flight: Flight): Promise<void> {
  await undefined;
  flight.done();
  flight.land({ kind: 'value', answer: Array.from({ length: 100 }, (_, index) => ({ index })) } as never);
  flight.close();
}

describe('flights', () => {
  it('are let go when they have ended, also between large collections of garbage', async () => {
    const flights = new Flights();
    const keys = Array.from({ length: 50 }, (_, index) => digestOf(`${index}`));
    collect({ type: 'major' });
    const before = usedMb();
    for (let round = 0; round < 4_000; round += 1) {
      for (const key of keys) flights.join(key, [key], landLater);
      await Promise.resolve().then(() => undefined);
      if (round % 100 === 0) collect({ type: 'minor' });
    }
    expect(usedMb() - before).toBeLessThan(4);
  });
});
