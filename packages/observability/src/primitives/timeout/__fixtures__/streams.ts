import type { WorkflowContext } from 'tta-dev-primitives';
import type { StreamLimits } from '../stream-limits.ts';
import { TimeoutPrimitive } from '../timeout-primitive.ts';
import { type Clocked, reasonOf, watch } from './clocked.ts';

/** Yields 0, 1, 2 ... after each gap. */
export async function* drip({ after }: Clocked, gapsMs: readonly number[]): AsyncGenerator<number> {
  for (const [index, gapMs] of gapsMs.entries()) yield await after(gapMs, index);
}

export interface Reading {
  readonly chunks: unknown[];
  readonly status: () => 'open' | 'ended' | 'failed';
  readonly error: () => unknown;
}

/** Reads a stream to its end, taking its time over each chunk. */
export function read({ after }: Clocked, stream: AsyncIterable<unknown>, busyMs = 0): Reading {
  const chunks: unknown[] = [];
  const reading = watch(
    (async () => {
      for await (const chunk of stream) {
        chunks.push(chunk);
        if (busyMs > 0) await after(busyMs, undefined);
      }
    })(),
  );
  return {
    chunks,
    error: () => reasonOf(reading),
    status: () =>
      reading.settled === undefined ? 'open' : reading.settled.status === 'fulfilled' ? 'ended' : 'failed',
  };
}

/** A timeout around a step that streams. */
export function streaming<S>(work: (context: WorkflowContext) => S, stream: StreamLimits): TimeoutPrimitive<number, S> {
  const step = (_: number, context: WorkflowContext): S => work(context);
  return new TimeoutPrimitive(step, { timeoutMs: 1_000, stream, operation: 'answer' });
}
