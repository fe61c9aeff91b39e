import { refusal, safely } from 'tta-dev-primitives/internal';
import { field, textField } from '../fields.ts';
import type { PriceSource } from '../money/price-source.ts';
import type { AnswerReading } from './answer-reading.ts';
import { BUILT_IN_DIALECTS } from './built-in.ts';
import { type Candidates, candidatesByMember } from './candidates.ts';
import type { Dialect, StreamReader } from './dialect.ts';
import { severalAnswers } from './several-answers.ts';
import { markReader, readMarks } from './unrecognised.ts';

let known: readonly Dialect[] = BUILT_IN_DIALECTS;
let ownPrices = pricesAmong(known);
let { answerCandidates, chunkCandidates } = candidatesAmong(known);

function setKnown(dialects: readonly Dialect[]): void {
  known = dialects;
  ownPrices = pricesAmong(dialects);
  ({ answerCandidates, chunkCandidates } = candidatesAmong(dialects));
}

function pricesAmong(dialects: readonly Dialect[]): readonly PriceSource[] {
  return dialects.flatMap(({ prices }) => prices ?? []);
}

function candidatesAmong(dialects: readonly Dialect[]): Record<'answerCandidates' | 'chunkCandidates', Candidates> {
  const streaming = dialects.filter(({ stream }) => stream !== undefined);
  return {
    answerCandidates: candidatesByMember(dialects, ({ answer }) => answer.members),
    chunkCandidates: candidatesByMember(streaming, ({ stream }) => stream?.members),
  };
}

/**
 * Registers a dialect for the whole process. The newest dialect is tried first.
 *
 * @returns a function that removes it
 * @throws TypeError if it has no name, or a dialect with this name is registered already
 */
export function registerDialect(dialect: Dialect): () => void {
  if (typeof dialect?.name !== 'string')
    throw new TypeError(refusal('registerDialect', 'dialect', dialect, 'a Dialect'));
  if (known.some(({ name }) => name === dialect.name)) {
    throw new TypeError(`registerDialect: a dialect named ${JSON.stringify(dialect.name)} is registered already`);
  }
  setKnown([dialect, ...known]);
  return () => {
    setKnown(known.filter((other) => other !== dialect));
  };
}

/** All dialects that the process knows, in the order in which they are asked. */
export function knownDialects(): readonly Dialect[] {
  return known;
}

/** The prices that dialects have of their own models, in the order in which they are asked. */
export function pricesOfDialects(): readonly PriceSource[] {
  return ownPrices;
}

/**
 * The dialect of a request; undefined if the input is not a request to a model. The address that a request is sent to counts more than
 * its fields, which several dialects share. Never throws.
 */
export function dialectOfRequest(input: unknown): Dialect | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const byFields = find(asksIn, () => known, input, undefined);
  const url = byFields && textField(input, 'url');
  return (url === undefined ? undefined : dialectAt(url)) ?? byFields;
}

function dialectAt(url: string): Dialect | undefined {
  const [path = ''] = url.split('?', 1);
  return known.find(
    ({ request, http }) => request !== undefined && safely(() => http?.endpoint(path))?.isOwnFormat === true,
  );
}

/** The dialect of a whole answer; undefined for any other value. Never throws. */
export function dialectOfAnswer(output: unknown, likely?: Dialect): Dialect | undefined {
  if (typeof output !== 'object' || output === null) return undefined;
  return find(answersWith, answerCandidates, output, likely);
}

/** The dialect of the chunks of a stream: that of the first chunk that only one dialect recognises. Never throws. */
export function dialectOfStream(chunks: readonly unknown[], likely?: Dialect): Dialect | undefined {
  for (const chunk of chunks) {
    const dialect = find(streams, chunkCandidates, chunk, likely);
    if (dialect !== undefined) return dialect;
  }
  return undefined;
}

/**
 * Everything that is known about an answer: a whole answer, or the array of all chunks of one stream.
 *
 * @param likely - the dialect of the request, which is asked first
 * @returns undefined for anything that is not a model's answer: a text, a record of the application; never throws
 */
export function readAnswer(output: unknown, likely?: Dialect): AnswerReading | undefined {
  if (typeof output !== 'object' || output === null) return undefined;
  return safely(() => {
    if (Array.isArray(output)) return readChunks(output, likely);
    const unwrapped = unwrap(output);
    const dialect = dialectOfAnswer(unwrapped, likely);
    if (dialect !== undefined) return dialect.answer.read(unwrapped);
    return dialectOfStream([unwrapped], likely) === undefined
      ? readMarks(unwrapped, likely !== undefined)
      : readChunks([unwrapped], likely);
  });
}

function readChunks(chunks: readonly unknown[], likely: Dialect | undefined): AnswerReading | undefined {
  const reader = streamReader(likely);
  for (const chunk of chunks) reader.add(chunk);
  return reader.reading();
}

/**
 * Reads a stream whose dialect is not known before its first chunk. If no dialect recognises a chunk, a whole answer among them counts,
 * such as a last chunk with only the usage. Never throws.
 */
export function streamReader(likely?: Dialect): {
  add(chunk: unknown): void;
  reading(): AnswerReading | undefined;
  /** The dialect of the stream, once a chunk has decided it. */
  dialect(): Dialect | undefined;
} {
  const marks = markReader(likely !== undefined);
  let dialect: Dialect | undefined;
  let reader: StreamReader | undefined;
  /** Chunks that came before one was recognised: an error, a comment, metadata. */
  let early: unknown[] = [];
  const wholes: AnswerReading[] = [];
  let isRead = false;
  let latest: AnswerReading | undefined;
  const addEarly = (chunk: unknown): void => {
    dialect = find(streams, chunkCandidates, chunk, likely);
    reader = dialect?.stream?.reader();
    if (reader === undefined) {
      marks.add(chunk);
      if (early.length < MAX_EARLY) early.push(chunk);
      const whole = dialectOfAnswer(chunk, likely)?.answer.read(chunk);
      if (whole !== undefined) wholes.push(whole);
      return;
    }
    for (const before of early) reader.add(before);
    early = [];
    reader.add(chunk);
  };
  return {
    add(chunk) {
      isRead = false;
      try {
        if (reader === undefined) addEarly(chunk);
        else reader.add(chunk);
      } catch {
        // Of what cannot be read, nothing is known.
      }
    },
    dialect: () => dialect,
    reading() {
      if (isRead) return latest;
      latest = safely(() => (reader === undefined ? (severalAnswers(wholes) ?? marks.reading()) : reader.reading()));
      isRead = true;
      return latest;
    },
  };
}

/** A stream without a recognised chunk among this number is not a model's. */
const MAX_EARLY = 16;

function asksIn({ request }: Dialect, value: unknown): boolean {
  return request?.is(value) === true;
}

function answersWith({ answer }: Dialect, value: unknown): boolean {
  return answer.is(value);
}

function streams({ stream }: Dialect, value: unknown): boolean {
  return stream?.isChunk(value) === true;
}

type Claim = (dialect: Dialect, value: unknown) => boolean;

function find(claims: Claim, candidates: Candidates, value: unknown, likely: Dialect | undefined): Dialect | undefined {
  if (likely !== undefined && isClaimed(claims, likely, value)) return likely;
  for (const dialect of candidates(value)) {
    if (dialect !== likely && isClaimed(claims, dialect, value)) return dialect;
  }
  return undefined;
}

/** A dialect that throws on a hostile value does not recognise it; others may. */
function isClaimed(claims: Claim, dialect: Dialect, value: unknown): boolean {
  try {
    return claims(dialect, value);
  } catch {
    return false;
  }
}

/**
 * What `withResponse()` of SDKs resolves to, and an answer of an HTTP client, hold the answer as `data` or `body`, beside the
 * response.
 */
function unwrap(output: object): unknown {
  const held = field(output, 'data') ?? field(output, 'body');
  const isWrapped = typeof held === 'object' && held !== null && !Array.isArray(held);
  return isWrapped && AROUND.some((name) => Object.hasOwn(output, name)) ? held : output;
}

const AROUND = ['response', 'rawResponse', 'request_id', 'headers'] as const;
