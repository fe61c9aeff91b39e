import { RANGES } from '../data/timeline.ts';
import { SORTS } from '../screens/request-sort.ts';
import { MAX_LIMIT } from '../screens/requests.ts';
import type { AskedRange, RequestQuery } from '../wire/index.ts';

/** A query that cannot be answered. The message names the parameter, what is allowed and the value. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}

const ASKED_RANGES: readonly AskedRange[] = [...RANGES, 'auto'];

/** The filters that take several values, and which ones; null for any text. */
const LISTS: Readonly<Record<string, readonly string[] | null>> = {
  status: ['ok', 'late', 'timeout', 'error', 'cut', 'cancelled'],
  cache: ['hit', 'shared', 'stale', 'miss', 'bypassed'],
  route: null,
  model: null,
  workflow: null,
  tenant: null,
  reason: null,
};

const MAX_VALUES = 100;
const MAX_TEXT = 500;

/** @throws QueryError */
export function rangeOf(parameters: URLSearchParams): AskedRange {
  return wordOf(parameters, 'range', ASKED_RANGES) ?? '1h';
}

/** Reads the query of the table. @throws QueryError */
export function requestQueryOf(parameters: URLSearchParams): RequestQuery {
  const q = parameters.get('q') ?? '';
  if (q.length > MAX_TEXT)
    throw new QueryError(`q must be at most ${MAX_TEXT} characters long, but it has ${q.length}`);
  const query = {
    range: rangeOf(parameters),
    ...Object.fromEntries(Object.entries(LISTS).map(([name, words]) => [name, listOf(parameters, name, words)])),
    q: q === '' ? undefined : q,
    priced: wordOf(parameters, 'priced', ['yes', 'no'] as const),
    sort: wordOf(parameters, 'sort', SORTS),
    order: wordOf(parameters, 'order', ['asc', 'desc'] as const),
    fromAtMs: numberOf(parameters, 'fromAtMs'),
    toAtMs: numberOf(parameters, 'toAtMs'),
    untilSeq: numberOf(parameters, 'untilSeq'),
    offset: numberOf(parameters, 'offset'),
    limit: numberOf(parameters, 'limit', MAX_LIMIT),
  };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}

export function wordOf<Word extends string>(
  parameters: URLSearchParams,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const value = parameters.get(name) ?? '';
  if (value === '') return undefined;
  const word = words.find((one) => one === value);
  if (word === undefined) throw wrongWord(name, words, value);
  return word;
}

function listOf(parameters: URLSearchParams, name: string, words: readonly string[] | null): string[] | undefined {
  const values = parameters.getAll(name).filter((value) => value !== '');
  if (values.length > MAX_VALUES) {
    throw new QueryError(`${name} must be given at most ${MAX_VALUES} times, but it is given ${values.length} times`);
  }
  const wrong = words === null ? undefined : values.find((value) => !words.includes(value));
  if (words !== null && wrong !== undefined) throw wrongWord(name, words, wrong);
  return values.length === 0 ? undefined : values;
}

function wrongWord(name: string, words: readonly string[], value: string): QueryError {
  return new QueryError(`${name} must be one of ${words.join(', ')}, but it is ${shown(value)}`);
}

function numberOf(parameters: URLSearchParams, name: string, most = Number.MAX_SAFE_INTEGER): number | undefined {
  const text = parameters.get(name) ?? '';
  if (text === '') return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0 && value <= most) return value;
  throw new QueryError(`${name} must be a whole number from 0 to ${most}, but it is ${shown(text)}`);
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 50));
}
