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

const PLEASE_WAIT =
  /\b(?:try again|retry) (?:in|after) (\d[\d.]*)(?: (millisecond|second|minute|hour)s?\b|([smhd][\dsmhd.]*))/i;

const UNITS: Readonly<Record<string, string>> = { millisecond: 'ms', second: 's', minute: 'm', hour: 'h' };

/** A longer message is not read. */
const LONGEST_MESSAGE = 4_096;

function waitInMessages(bodies: readonly Members[]): number | undefined {
  for (const body of bodies) {
    const message = textOf(body, 'message')?.slice(0, LONGEST_MESSAGE) ?? '';
    const [, count, word, units] = PLEASE_WAIT.exec(message) ?? [];
    if (count === undefined) continue;
    return readDuration(`${count}${word === undefined ? units : UNITS[word.toLowerCase()]}`.replace(/\.$/, ''));
  }
  return undefined;
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
      waitMs: waitOf(headerIn(headers, name)?.trim() ?? '', epochMs),
      remaining: headerIn(headers, name.replace('reset', 'remaining')),
    }));
  const isStated = limits.some(({ remaining }) => remaining !== undefined);
  const ends = limits.filter(({ remaining }) => !isStated || Number(remaining) === 0).map(({ waitMs }) => waitMs);
  const known = ends.filter((end) => end !== undefined);
  return known.length === 0 || known.length < ends.length ? undefined : Math.max(...known);
}

/** A number this large counts from the Unix epoch: in seconds, or in milliseconds. */
const EPOCH_SECONDS = 1e9;
const EPOCH_MS = 1e11;

/** Reads a duration with units, a date, or a number of seconds: from now, or since the Unix epoch. */
function waitOf(reset: string, epochMs: number): number | undefined {
  if (!/^\d{1,16}(?:\.\d{1,9})?$/.test(reset)) {
    const at = readHttpDate(reset, epochMs);
    return at === undefined ? readDuration(reset) : Math.max(0, at - epochMs);
  }
  const count = Number(reset);
  if (count < EPOCH_SECONDS) return count * 1_000;
  return Math.max(0, (count < EPOCH_MS ? count * 1_000 : count) - epochMs);
}
