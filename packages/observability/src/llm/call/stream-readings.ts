import type { AnswerReading } from '../dialects/answer-reading.ts';

/** What the chunks of a stream say, so far; undefined if they are in no known format. */
export type StreamReading = () => AnswerReading | undefined;

/** One reading per stream, however many primitives want to know what it says; found by what is handed on of the stream. */
const readings = new WeakMap<object, StreamReading>();

/**
 * Lets others use the reading of a stream that its maker keeps up to date. The first reading of a stream counts.
 *
 * @returns the function that ends this; call it when the stream has ended: a value of a WeakMap survives a minor garbage collection
 */
export function shareReading(output: object, reading: StreamReading): () => void {
  if (readings.has(output)) return keepReading;
  readings.set(output, reading);
  return () => readings.delete(output);
}

function keepReading(): void {}

/** What the chunks of a stream say, as read by a model call inside. Undefined without one. */
export function sharedReadingOf(output: object): StreamReading | undefined {
  return readings.get(output);
}
