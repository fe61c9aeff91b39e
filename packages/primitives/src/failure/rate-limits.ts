import { readDuration } from './duration.ts';
import { headerIn, headerNames } from './headers.ts';
import { readHttpDate } from './http-date.ts';
import { type Members, memberOf, textOf } from './members.ts';

/**
 * How long a limit lasts, in milliseconds, by what its message or its headers say.
 *
 * @param bodies - the error and the bodies that it carries
 * @param epochMs - the present, in milliseconds since the Unix epoch, which a date is compared with
 */
export function limitEndOf(headers: unknown, bodies: readonly Members[], epochMs: number): number | undefined {
  const quoted = bodies.map((body) => memberOf(memberOf(body, 'metadata'), 'headers')); // as gateways hand them on
  const waits = [waitInMessages(bodies), ...[headers, ...quoted].map((each) => waitInHeaders(each, epochMs))];
  return waits.find((wait) => wait !== undefined);
}

/** A count and its unit, as in `90s` and `1.5 hours`. */
const PIECE = String.raw`\d{1,12}(?:\.\d{1,9})? ?(?:ms|[smhd]|milliseconds?|sec(?:ond)?s?|min(?:ute)?s?|hours?|days?)`;
const BETWEEN = '(?:,? (?:and )?)?';
/** A sum of pieces, such as `1h30m` and `1 hour 30 minutes`: all or none, because a part of it is too short a wait. */
const PLEASE_WAIT = new RegExp(
  String.raw`\b(?:try again|retry) (?:in|after) (${PIECE}(?:${BETWEEN}${PIECE})*)(?!\w|\.\d|${BETWEEN}\d)`,
  'i',
);

/** A longer message is not read. */
const LONGEST_MESSAGE = 4_096;

/** The wait that a message asks for, in milliseconds. */
export function waitInMessages(bodies: readonly Members[]): number | undefined {
  for (const body of bodies) {
    const message = textOf(body, 'message')?.slice(0, LONGEST_MESSAGE) ?? '';
    const wait = PLEASE_WAIT.exec(message)?.[1];
    if (wait !== undefined) return readDuration(abbreviated(wait.toLowerCase()));
  }
  return undefined;
}

/** `1 hour and 30 minutes` as `1h30m`. */
function abbreviated(duration: string): string {
  return duration
    .replaceAll(/and|[ ,]/g, '')
    .replaceAll(/milliseconds?/g, 'ms')
    .replaceAll(/(ms|[smhd])[a-z]*/g, '$1');
}

const RESET = /rate-?limit.*reset/;

/**
 * When the limits that are used up are free again: those with nothing remaining, or all if no header says what remains.
 *
 * A server that says what remains of each limit, and that something does, refused the call for another reason.
 */
function waitInHeaders(headers: unknown, epochMs: number): number | undefined {
  const limits = headerNames(headers)
    .filter((name) => RESET.test(name))
    .map((name) => ({
      waitMs: waitOf(headerIn(headers, name)?.trim() ?? '', IN_MS.test(name), epochMs),
      remaining: headerIn(headers, name.replace('reset', 'remaining').replace(IN_MS, '')),
    }));
  const isStated = limits.some(({ remaining }) => remaining !== undefined);
  const ends = limits.filter(({ remaining }) => !isStated || remaining?.trim() === '0').map(({ waitMs }) => waitMs);
  const known = ends.filter((end) => end !== undefined);
  return known.length === 0 || known.length < ends.length ? undefined : Math.max(...known);
}

/** The name of a header whose numbers count milliseconds. */
const IN_MS = /-ms$/;

/** No limit lasts longer than a month: a longer wait is a number in another unit. */
const LONGEST_WAIT_MS = 31 * 86_400_000;

/** A number this large counts from the Unix epoch: in seconds, or in milliseconds. */
const EPOCH_SECONDS = 1e9;
const EPOCH_MS = 1e11;

function waitOf(reset: string, isInMs: boolean, epochMs: number): number | undefined {
  const waitMs = readWait(reset, isInMs, epochMs);
  return waitMs !== undefined && waitMs <= LONGEST_WAIT_MS ? waitMs : undefined;
}

/** Reads a duration with units, a date, or a number of seconds or milliseconds: from now, or since the Unix epoch. */
function readWait(reset: string, isInMs: boolean, epochMs: number): number | undefined {
  if (!/^\d{1,16}(?:\.\d{1,9})?$/.test(reset)) {
    const at = readHttpDate(reset, epochMs);
    return at === undefined ? readDuration(reset) : Math.max(0, at - epochMs);
  }
  const count = Number(reset);
  if (isInMs && count < EPOCH_MS) return count;
  if (count < EPOCH_SECONDS) return count * 1_000;
  return Math.max(0, (count < EPOCH_MS ? count * 1_000 : count) - epochMs);
}
