import assert from 'node:assert/strict';
import type { Clock } from 'tta-dev-primitives';
import { type Bench, describe, type Settled } from '../bench.ts';
import type { ConformanceAdapter, ConformanceCase } from '../conformance-case.ts';

/**
 * What a stream timeout may offer:
 * - `phases`: its error says which limit expired and how many chunks had come
 * - `progress`: it can be told which chunks are progress
 * - `readable`: it takes a `ReadableStream` and gives one back
 */
export type StreamTimeoutCapability = 'phases' | 'progress' | 'readable';

export interface StreamTimeoutCaseSettings {
  readonly firstChunkMs?: number | undefined;
  readonly idleMs?: number | undefined;
  readonly totalMs?: number | undefined;
  readonly isProgress?: ((chunk: unknown) => boolean) | undefined;
  /** Where time comes from; for implementations that can be told. */
  readonly clock: Clock;
}

/** A stream under limits: an iterable for an iterable, a `ReadableStream` for one. */
export type LimitedStream = AsyncIterable<unknown> | ReadableStream<unknown>;

/** Stands for an implementation of timeouts for streams. */
export interface StreamTimeoutAdapter extends ConformanceAdapter<StreamTimeoutCapability> {
  limit(source: LimitedStream, settings: StreamTimeoutCaseSettings): LimitedStream | Promise<LimitedStream>;
  /** Whether an error is the one with which this implementation says that time is up. */
  isTimeout(error: unknown): boolean;
}

export type StreamTimeoutCase = ConformanceCase<StreamTimeoutAdapter>;

/** What a reader got of a stream, and how that ended. */
export interface Reading extends Settled {
  readonly chunks: readonly unknown[];
}

/** Reads to the end, taking so long over each chunk. */
export async function read(stream: LimitedStream, bench: Bench, perChunkMs = 0): Promise<Reading> {
  const chunks: unknown[] = [];
  const settled = await bench.settle(async () => {
    for await (const chunk of stream as AsyncIterable<unknown>) {
      chunks.push(chunk);
      if (perChunkMs > 0) await bench.sleep(perChunkMs);
    }
  });
  return { ...settled, chunks };
}

/** Expects that a limit expired at about that time, after this number of chunks. */
export function expectExpiry(
  adapter: StreamTimeoutAdapter,
  bench: Bench,
  { status, error, atMs, chunks }: Reading,
  expected: { readonly phase: string; readonly atMs: number; readonly chunks?: number },
): void {
  assert.equal(status, 'rejected', 'the stream ended without an error');
  assert.ok(adapter.isTimeout(error), `the reader got ${describe(error)}, expected a timeout`);
  bench.expectAt(atMs, expected.atMs, 'the reader was told');
  if (expected.chunks !== undefined) assert.equal(chunks.length, expected.chunks, 'the wrong number of chunks passed');
  if (!adapter.can.includes('phases')) return;
  assert.deepEqual(
    { phase: (error as { phase?: unknown }).phase, chunks: (error as { chunks?: unknown }).chunks },
    { phase: expected.phase, chunks: chunks.length },
  );
}
