import assert from 'node:assert/strict';
import {
  type AnswerReading,
  type Dialect,
  type RequestDialect,
  withoutFields,
} from 'tta-observability-integration/llm';
import type { AnswerVector, DialectVector, ExpectedReading, RequestVector, StreamVector } from './vector.ts';

/** Checks that a dialect recognises the input of a vector and reads from it what the vector says. */
export function checkReading(dialect: Dialect, vector: DialectVector): void {
  if (vector.kind === 'request') checkRequest(requestsOf(dialect), vector);
  else if (vector.kind === 'answer') checkAnswer(dialect, vector);
  else checkStream(dialect, vector);
}

/** Reads the chunks of a stream one by one. */
export function readChunks(dialect: Dialect, chunks: readonly unknown[]): AnswerReading {
  const reader = streamsOf(dialect).reader();
  for (const chunk of chunks) reader.add(chunk);
  return reader.reading();
}

export function requestsOf({ name, request }: Dialect): RequestDialect {
  assert.ok(request !== undefined, `${name} has no requests`);
  return request;
}

function streamsOf({ name, stream }: Dialect): NonNullable<Dialect['stream']> {
  assert.ok(stream !== undefined, `${name} has no streams`);
  return stream;
}

function checkRequest(requests: RequestDialect, { input, expected }: RequestVector): void {
  assert.equal(requests.is(input), true, 'the request is not recognised');
  const prompt = requests.prompt(input);
  compare('request', expected, {
    model: requests.model(input) ?? null,
    provider: requests.provider?.(input) ?? null,
    form: requests.form(input),
    material: withoutFields(input, requests.withoutEffect),
    keepsServerState: requests.keepsServerState(input),
    asksForJson: requests.asksForJson(input),
    person: requests.person(input),
    callerKey: requests.callerKey(input) ?? null,
    lastQuestion: requests.lastQuestion(input)?.text ?? null,
    prompt: expected.prompt,
  });
  if (expected.prompt === undefined) return;
  const { maxOutputTokens = null, modalities } = prompt;
  compare('prompt', expected.prompt, { ...prompt, maxOutputTokens, modalities: [...modalities] });
}

function checkAnswer(dialect: Dialect, { input, expected }: AnswerVector): void {
  assert.equal(dialect.answer.is(input), true, 'the answer is not recognised');
  const { chunks, ...reading } = expected;
  checkAgainst(dialect.answer.read(input), reading);
  if (chunks !== undefined) assert.deepEqual(dialect.answer.chunks?.(input, true) ?? null, chunks);
}

function checkStream(dialect: Dialect, { input, expected }: StreamVector): void {
  const stream = streamsOf(dialect);
  assert.ok(
    input.some((chunk) => stream.isChunk(chunk)),
    'no chunk is recognised',
  );
  const { whole, progress, ...reading } = expected;
  checkAgainst(readChunks(dialect, input), reading);
  if (whole !== undefined) assert.deepEqual(stream.assemble?.(input) ?? null, whole);
  if (progress !== undefined)
    assert.deepEqual(
      input.map((chunk) => stream.isProgress?.(chunk) ?? true),
      progress,
    );
}

function checkAgainst(reading: AnswerReading, { failure, ...expected }: ExpectedReading): void {
  compare('reading', expected, {
    ...reading,
    usage: reading.usage ?? null,
    model: reading.model ?? null,
    id: reading.id ?? null,
    finishReasons: reading.finishReasons.map((reason) => reason ?? null),
  });
  if (failure === null) assert.equal(reading.failure, undefined, 'the answer states no failure');
  if (failure === undefined || failure === null) return;
  assert.ok(reading.failure !== undefined, 'the answer states a failure');
  const { code = null, message = null, status = null } = reading.failure;
  compare('failure', failure, { code, message, status });
}

/** Compares the facts that are expected, and no others. */
function compare(what: string, expected: object, actual: Readonly<Record<string, unknown>>): void {
  const known = Object.fromEntries(Object.keys(expected).map((name) => [name, withoutUndefined(actual[name])]));
  assert.deepEqual(known, expected, `the ${what} differs`);
}

/** JSON has no undefined: a part that is undefined is missing. */
function withoutUndefined(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined));
}
