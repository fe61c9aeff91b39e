import type { AnswerReading, StatedFailure } from '../dialects/answer-reading.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { readAnswer, streamReader } from '../dialects/registry.ts';
import { field, soberly } from '../fields.ts';
import type { Usage } from '../money/usage.ts';

/** What a model call states of an answer. */
export interface AnswerFacts {
  readonly usage: Usage | undefined;
  readonly model: string | undefined;
  /** Why each choice ended; empty if the answer does not say. */
  readonly finishReasons: readonly string[];
  readonly failure: StatedFailure | undefined;
  /** Whether a choice has no finish, which a stream that has ended must have. */
  readonly isIncomplete: boolean;
}

export const NO_FACTS: AnswerFacts = {
  usage: undefined,
  model: undefined,
  finishReasons: [],
  failure: undefined,
  isIncomplete: false,
};

/** Reads a whole answer, or all chunks of a stream. Never throws. */
export function readFacts(answer: unknown, likely: Dialect | undefined): AnswerFacts {
  return factsOf(readAnswer(answer, likely));
}

/**
 * Reads a stream chunk by chunk. Of a stream in no known format, the newest chunk that holds a usage is read by itself. Never throws.
 */
export class StreamFacts {
  readonly #reader: ReturnType<typeof streamReader>;
  readonly #likely: Dialect | undefined;
  #withUsage: unknown;

  constructor(likely: Dialect | undefined) {
    this.#reader = streamReader(likely);
    this.#likely = likely;
  }

  add(chunk: unknown): void {
    this.#reader.add(chunk);
    if (isPresent(soberly(() => field(chunk, 'usage')))) this.#withUsage = chunk;
  }

  read(): AnswerFacts {
    const reading = this.#reader.reading();
    const facts = factsOf(reading);
    if (this.#withUsage === undefined || (reading !== undefined && reading.dialect !== 'unknown')) return facts;
    const { usage, model } = readFacts(this.#withUsage, this.#likely);
    return { ...facts, usage, model };
  }
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function factsOf(reading: AnswerReading | undefined): AnswerFacts {
  if (reading === undefined) return NO_FACTS;
  const { usage, model, finish, finishReasons, failure } = reading;
  return {
    usage,
    model,
    finishReasons: finishReasons.filter((reason) => reason !== undefined),
    failure,
    isIncomplete: finish.some((kind, index) => kind === 'unfinished' && finishReasons[index] === undefined),
  };
}
