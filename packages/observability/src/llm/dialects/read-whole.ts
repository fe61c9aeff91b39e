import type { AnswerReading } from './answer-reading.ts';
import type { StreamReader } from './dialect.ts';

/** Reads a whole answer as the only chunk of its stream, for formats in which both look the same. */
export function wholeBy(reader: () => StreamReader): (value: unknown) => AnswerReading {
  return (value) => {
    const whole = reader();
    whole.add(value);
    return whole.reading();
  };
}
