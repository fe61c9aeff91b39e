import { isContentRead, safely } from 'tta-dev-primitives/internal';
import type { AnswerReading, StatedFailure } from '../dialects/answer-reading.ts';
import { type BodyReader, bodyReader } from '../dialects/bytes/body-reader.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { readAnswer, streamReader } from '../dialects/registry.ts';
import { field } from '../fields.ts';
import type { Usage } from '../money/usage.ts';
import { bytesOf, type HttpAnswer } from './http-answer.ts';

/** What a model call states of an answer. */
export interface AnswerFacts {
  readonly usage: Usage | undefined;
  readonly model: string | undefined;
  readonly id: string | undefined;
  /** Why each choice ended; undefined for a choice that does not say. */
  readonly finishReasons: readonly (string | undefined)[];
  readonly failure: StatedFailure | undefined;
  /** Everything that was read. */
  readonly reading: AnswerReading | undefined;
  /** Whether a choice has no finish, which a stream that has ended must have. */
  readonly isIncomplete: boolean;
}

export const NO_FACTS: AnswerFacts = {
  usage: undefined,
  model: undefined,
  id: undefined,
  finishReasons: [],
  failure: undefined,
  reading: undefined,
  isIncomplete: false,
};

/** A stream without a chunk, or a body without a byte, is no answer. */
const NOTHING_CAME: AnswerFacts = { ...NO_FACTS, isIncomplete: true };

/** SDKs resolve to nothing for a body that is empty. */
const NO_ANSWER: AnswerFacts = { ...NO_FACTS, failure: badResponse('there is no answer') };

/** A page of a proxy, or of a login, stands in place of an answer. */
const PAGE: AnswerFacts = { ...NO_FACTS, failure: badResponse('a page in place of an answer') };

/** SDKs resolve to the text of a page as if it were the answer. */
function isPage(answer: unknown): boolean {
  return typeof answer === 'string' && /^\s*<(?:!doctype\s+html|html)[\s>]/i.test(answer.slice(0, 1_000));
}

function badResponse(message: string): StatedFailure {
  return { code: 'bad_response', message, status: undefined, error: undefined };
}

/** Reads a whole answer, or all chunks of a stream. Never throws. */
export function readFacts(answer: unknown, likely: Dialect | undefined, http?: HttpAnswer): AnswerFacts {
  if (answer === undefined || answer === null) return NO_ANSWER;
  if (likely !== undefined && isPage(answer)) return PAGE;
  if (http === undefined) return factsOf(readAnswer(answer, likely));
  const bytes = bytesOf(http.body);
  if (bytes === undefined) return factsOf(readAnswer(http.body, likely));
  const body = new BodyFacts(likely, http);
  body.add(bytes);
  return body.end();
}

/** Reads an answer stream by stream: one of objects, or one of bytes, which its first chunk decides. */
export interface FactsReader {
  add(chunk: unknown): void;
  /** What is known so far. Never throws. */
  read(): AnswerFacts;
  /** What is known once the source has given everything. Never throws. */
  end(): AnswerFacts;
  /** Once it was ended: whether the stream has said that nothing follows, although its source may go on. */
  isOver(): boolean;
  /** What the chunks say so far; of bytes without the texts of a stream, see `BodyOptions.isSkimmed`. Never throws. */
  reading(): AnswerReading | undefined;
}

/** A reader for the chunks of an output that goes on. */
export function factsReader(likely: Dialect | undefined, http: HttpAnswer | undefined): FactsReader {
  let reader: FactsReader | undefined = http && new BodyFacts(likely, http);
  return {
    add(chunk) {
      reader ??= chunk instanceof Uint8Array ? new BodyFacts(likely, undefined) : new StreamFacts(likely);
      reader.add(chunk);
    },
    read: () => reader?.read() ?? NO_FACTS,
    end: () => reader?.end() ?? NOTHING_CAME,
    reading: () => reader?.reading(),
    isOver: () => reader?.isOver() === true,
  };
}

/** Reads a body as its bytes pass. Of a compressed body, nothing is known. Never throws. */
class BodyFacts implements FactsReader {
  readonly #reader: BodyReader;
  readonly #isEncoded: boolean;
  readonly #isPage: boolean;
  #hasBegun = false;
  #ended: AnswerFacts | undefined;
  #lastReading: AnswerReading | undefined;

  constructor(likely: Dialect | undefined, http: HttpAnswer | undefined) {
    this.#reader = bodyReader({ contentType: http?.contentType, likely, isSkimmed: !isContentRead() });
    this.#isEncoded = http?.isEncoded === true;
    this.#isPage = /^\s*text\/html\b/i.test(http?.contentType ?? '');
  }

  add(piece: unknown): void {
    this.#hasBegun = true;
    const bytes = this.#isEncoded ? undefined : bytesOf(piece);
    if (bytes !== undefined) this.#reader.add(bytes);
  }

  read(): AnswerFacts {
    return this.#ended ?? this.#facts(this.#reader.reading());
  }

  end(): AnswerFacts {
    this.#ended ??= this.#isPage ? PAGE : this.#hasBegun ? this.#endFacts() : NOTHING_CAME;
    return this.#ended;
  }

  #endFacts(): AnswerFacts {
    this.#lastReading = this.#reader.end();
    return this.#facts(this.#lastReading);
  }

  /** Nothing before the end, because most is not read before. */
  reading(): AnswerReading | undefined {
    return this.#lastReading;
  }

  isOver(): boolean {
    return !this.#isEncoded && this.#reader.isOver();
  }

  /** A whole answer has ended however it says that it has. */
  #facts(reading: AnswerReading | undefined): AnswerFacts {
    const facts = factsOf(reading);
    return this.#reader.isStream() ? facts : { ...facts, isIncomplete: false };
  }
}

/**
 * Reads a stream chunk by chunk. If the format is unknown, the newest chunk with a usage is read on its own. Never throws.
 */
class StreamFacts implements FactsReader {
  isOver(): boolean {
    return false;
  }
  readonly #reader: ReturnType<typeof streamReader>;
  readonly #likely: Dialect | undefined;
  #withUsage: unknown;

  constructor(likely: Dialect | undefined) {
    this.#reader = streamReader(likely);
    this.#likely = likely;
  }

  add(chunk: unknown): void {
    this.#reader.add(chunk);
    if (this.#reader.dialect() === undefined && isPresent(safely(() => field(chunk, 'usage')))) this.#withUsage = chunk;
  }

  read(): AnswerFacts {
    const reading = this.#reader.reading();
    const facts = factsOf(reading);
    if (this.#withUsage === undefined || (reading !== undefined && reading.dialect !== 'unknown')) return facts;
    const { usage, model } = readFacts(this.#withUsage, this.#likely);
    return { ...facts, usage, model };
  }

  end(): AnswerFacts {
    return this.read();
  }

  reading(): AnswerReading | undefined {
    return this.#reader.reading();
  }
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function factsOf(reading: AnswerReading | undefined): AnswerFacts {
  if (reading === undefined) return NO_FACTS;
  const { usage, model, id, finish, finishReasons, failure } = reading;
  return {
    usage,
    model,
    id,
    finishReasons,
    failure,
    reading,
    isIncomplete: finish.some((kind, index) => kind === 'unfinished' && !PAUSES.has(finishReasons[index])),
  };
}

/** Reasons of an answer that goes on in another call, or later: its stream is whole. */
const PAUSES: ReadonlySet<string | undefined> = new Set([
  'pause_turn',
  'compaction',
  'requires_continuation',
  'in_progress',
  'queued',
  'cancelled',
  'load',
  'unload',
]);
