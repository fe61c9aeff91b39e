import assert from 'node:assert/strict';
import type { AnswerReading, Dialect } from 'tta-observability-integration/llm';
import { readChunks, requestsOf } from './expectations.ts';
import type { DialectVector } from './vector.ts';

/** What takes the place of each value of an input, one after another. */
const WRONG_VALUES = [null, -1, 1.5, '', 'wrong', true, [], {}, [null], [{}]] as const;

/** So many places of one input are damaged. */
const MAX_PLACES = 150;

const FINISH_KINDS: ReadonlySet<string> = new Set([
  'complete',
  'tools',
  'cut',
  'filtered',
  'failed',
  'unfinished',
  'unknown',
]);

/** Checks that an input with a wrong value in any place is read without a throw, and that what is read has the right types. */
export function checkDamage(dialect: Dialect, { kind, input }: DialectVector): void {
  for (const place of placesIn(input).slice(0, MAX_PLACES)) {
    for (const value of WRONG_VALUES) {
      const damaged = replaced(input, place, value);
      try {
        checkTypes(readAny(dialect, kind, damaged));
      } catch (error) {
        throw new Error(`with ${JSON.stringify(value)} at ${place.join('.')}: ${String(error)}`, { cause: error });
      }
    }
  }
}

/** Checks that reading an answer runs no getter, because a getter of a result of a client may start work. */
export function checkGetters(dialect: Dialect, { kind, input }: DialectVector): void {
  for (const place of placesIn(input).slice(0, MAX_PLACES)) {
    const parent = place.slice(0, -1).reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], input);
    if (Array.isArray(parent)) continue;
    let isRun = false;
    const hidden = structuredClone(input);
    const holder = place.slice(0, -1).reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], hidden);
    Object.defineProperty(holder, place.at(-1) ?? '', {
      enumerable: true,
      get: () => {
        isRun = true;
        return undefined;
      },
    });
    readAny(dialect, kind, hidden);
    assert.equal(isRun, false, `the getter at ${place.join('.')} was run`);
  }
}

function readAny(dialect: Dialect, kind: DialectVector['kind'], input: unknown): AnswerReading | undefined {
  if (kind === 'stream') return readChunks(dialect, Array.isArray(input) ? input : [input]);
  if (kind === 'answer') return dialect.answer.is(input) ? dialect.answer.read(input) : undefined;
  const requests = requestsOf(dialect);
  if (!requests.is(input)) return undefined;
  const request = input as object; // `is` has just said so
  requests.model(request);
  requests.form(request);
  requests.keepsServerState(request);
  requests.asksForJson(request);
  requests.provider?.(request);
  requests.person(request);
  requests.callerKey(request);
  requests.prompt(request);
  requests.lastQuestion(request);
  return undefined;
}

function checkTypes(reading: AnswerReading | undefined): void {
  if (reading === undefined) return;
  for (const text of reading.texts) assert.equal(typeof text, 'string');
  for (const kind of reading.finish) assert.ok(FINISH_KINDS.has(kind), `${kind} is not a kind of finish`);
  assert.ok(['string', 'undefined'].includes(typeof reading.model));
  assert.ok(['string', 'undefined'].includes(typeof reading.id));
  if (reading.usage === undefined) return;
  for (const [name, count] of Object.entries(reading.usage)) {
    if (name.endsWith('Tokens')) assert.ok(Number.isSafeInteger(count) && count >= 0, `${name} is ${String(count)}`);
  }
}

type Place = readonly string[];

/** The path to every value of an input. */
function placesIn(value: unknown, path: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => [[...path, name], ...placesIn(part, [...path, name])]);
}

/** A copy of a value with another value in one place. */
function replaced(value: unknown, [first, ...rest]: Place, replacement: unknown): unknown {
  if (first === undefined) return replacement;
  const copy: unknown = Array.isArray(value) ? [...value] : { ...(value as object) };
  const record = copy as Record<string, unknown>; // an array too has its items under their numbers
  record[first] = replaced(record[first], rest, replacement);
  return copy;
}
