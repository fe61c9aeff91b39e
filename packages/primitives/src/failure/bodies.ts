import type { FailureKind } from './failure.ts';
import { isObject, itemsOf, type Members, memberOf, textOf } from './members.ts';
import { failedStatusOf, kindOfStatus } from './status.ts';
import { kindOfWord } from './words.ts';

/** Where errors keep the body that a service answered with: parsed or as a text. */
const PLACES = ['error', 'innererror', 'body', 'data', 'responseBody', 'rawValue', 'value'] as const;

/** Where a body keeps its words, the most precise first. */
const WORDS = ['code', 'type', '__type', 'status', 'reason', 'error'] as const;

/** Words that are more precise than the status: a 429 for an account without credit is not a rate limit. */
const TELLING: ReadonlySet<FailureKind> = new Set(['quota', 'billing', 'context_length', 'content_filter']);

/** The most bodies that are read from one error. */
const MAX_BODIES = 16;
/** A longer text is not read. */
const MAX_TEXT = 65_536;
const MAX_DETAILS = 8;

/** An error and the bodies that it carries, outermost first; an error within it is no body. */
export function bodiesOf(error: Members): readonly Members[] {
  const bodies = [error];
  for (const outer of bodies) {
    if (bodies.length >= MAX_BODIES) break;
    const quoted = outer === error ? [quotedIn(textOf(outer, 'message'))] : [];
    const places = [...PLACES.map((name) => memberOf(outer, name)), ...answersOf(outer), ...quoted];
    bodies.push(...places.map(parsed).filter((body) => body !== undefined));
  }
  return bodies.slice(0, MAX_BODIES);
}

/** What the words of an error and of its bodies stand for: the most precise kind first. */
export function kindsOfWords(bodies: readonly Members[]): readonly FailureKind[] {
  const kinds = [...kindsIn(bodies)].filter((kind) => kind !== undefined);
  const telling = kinds.find(isTelling);
  return telling === undefined ? kinds : [telling];
}

/** Whether a word for a failure counts more than the status beside it. */
export function isTelling(kind: FailureKind): boolean {
  return TELLING.has(kind);
}

/** The status that a body states, for errors that have none of their own. */
export function statusInBodies(bodies: readonly Members[]): number | undefined {
  for (const body of bodies) {
    const status = failedStatusOf(body);
    if (status !== undefined) return status;
  }
  return undefined;
}

function* kindsIn(bodies: readonly Members[]): Generator<FailureKind | undefined> {
  const [error] = bodies;
  // Only services name their exceptions in `name`; elsewhere it is the name of a class.
  if (memberOf(error, '$fault') !== undefined || textOf(error, 'name')?.endsWith('Exception')) {
    yield kindOfWord(memberOf(error, 'name'));
  }
  for (const body of bodies) {
    for (const word of WORDS) yield kindOfWord(memberOf(body, word));
    yield kindOfQuotedStatus(textOf(body, 'code'));
    for (const detail of itemsOf(memberOf(body, 'details'), MAX_DETAILS)) yield kindOfWord(memberOf(detail, 'reason'));
  }
}

/** Some services write the status as a word. */
function kindOfQuotedStatus(code: string | undefined): FailureKind | undefined {
  return code !== undefined && /^\d{3}$/.test(code) ? kindOfStatus(Number(code)) : undefined;
}

/** What HTTP clients keep of an answer. */
function answersOf(error: Members): readonly unknown[] {
  const response = memberOf(error, 'response');
  return isObject(response) ? [memberOf(response, 'data'), memberOf(response, 'body')] : [];
}

function parsed(body: unknown): Members | undefined {
  if (typeof body !== 'string') return plain(body) ?? plain(itemsOf(body, 1)[0]); // a stream of JSON is a list
  if (body.length > MAX_TEXT || !/^\s*[[{]/.test(body)) return undefined;
  try {
    const read: unknown = JSON.parse(body);
    return plain(read) ?? plain(itemsOf(read, 1)[0]);
  } catch {
    return undefined;
  }
}

function plain(value: unknown): Members | undefined {
  return isObject(value) && !Array.isArray(value) && textOf(value, 'stack') === undefined ? value : undefined;
}

/** The JSON within a message: `529 {"type":"error",...}`. */
function quotedIn(message: string | undefined): string | undefined {
  if (message === undefined || message.length > MAX_TEXT) return undefined;
  const start = message.indexOf('{"');
  return start < 0 ? undefined : message.slice(start, message.lastIndexOf('}') + 1);
}
