/** How instants are written: in the time zone of the browser, which the page names once. */
export interface Clock {
  /** `14:16:41` */
  time(at: number): string;
  /** `14:16`, with seconds for a range of minutes, or `28 Nov` for one of days */
  tick(at: number, rangeMs: number): string;
  /** The edge of a bucket: `14:16`, with seconds for short ones and the day for long ones */
  edge(at: number, stepMs: number): string;
  /** `28 Nov 2026, 14:17:42.306` */
  full(at: number): string;
  /** `13:32 – 14:32, Berlin (UTC+1)` */
  range(from: number, to: number): string;
  /** `Berlin (UTC+1)` */
  zone(at: number): string;
  /** `14:18:02`, with the day in front if it is not that of `now` */
  moment(at: number, now: number): string;
}

const DAY_MS = 86_400_000;

/** In a shorter range than this, two of the seven ticks of a chart could name the same minute, so seconds are written. */
const SHORT_MS = 360_000;

/** As `en-GB` abbreviates them. */
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sept', 'Oct', 'Nov', 'Dec'] as const;

/**
 * One format of `Intl`, and arithmetic for the rest: to make a format takes a slow processor ten milliseconds.
 *
 * @param timeZone - an IANA name; the browser's own if it is left out
 */
export function createClock(timeZone?: string): Clock {
  const zoneOf = new ZoneOffsets(timeZone);
  /** An instant whose fields in UTC are those of the zone. */
  const local = (at: number): Date => new Date(at + zoneOf.offsetMs(at));
  const minutes = (at: number): string => local(at).toISOString().slice(11, 16);
  const seconds = (at: number): string => local(at).toISOString().slice(11, 19);
  const day = (at: number): string => `${local(at).getUTCDate()} ${MONTHS[local(at).getUTCMonth()]}`;
  const zone = (at: number): string => {
    const utc = zoneOf.name(at).replace('GMT', 'UTC').replace(/\+0$/, '');
    const place = zoneOf.timeZone.split('/').at(-1)?.replaceAll('_', ' ') ?? '';
    return place === '' || place === 'UTC' || place === 'GMT' ? utc : `${place} (${utc})`;
  };
  const dayAnd = (text: string, at: number): string => `${day(at)}, ${text}`;
  return {
    time: seconds,
    tick: (at, rangeMs) => (rangeMs > 2 * DAY_MS ? day : rangeMs < SHORT_MS ? seconds : minutes)(at),
    edge: (at, stepMs) => (stepMs < 60_000 ? seconds(at) : stepMs > 3_600_000 ? dayAnd(minutes(at), at) : minutes(at)),
    full: (at) => `${day(at)} ${local(at).getUTCFullYear()}, ${local(at).toISOString().slice(11, 23)}`,
    zone,
    range: (from, to) => {
      const isOneDay = day(from) === day(to);
      const time = to - from < SHORT_MS ? seconds : minutes;
      const [start, end] = [from, to].map((at) => (isOneDay ? time(at) : dayAnd(time(at), at)));
      return `${start} – ${end}, ${zone(to)}`;
    },
    moment: (at, now) => (day(at) === day(now) ? seconds(at) : dayAnd(seconds(at), at)),
  };
}

/** An offset holds for a quarter of an hour at least: all of them change at such an instant. */
const QUARTER_MS = 900_000;

/** How many quarters are remembered. */
const MAX_QUARTERS = 1_000;

/** By how much a time zone differs from UTC. */
class ZoneOffsets {
  readonly timeZone: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();

  constructor(timeZone: string | undefined) {
    this.#format = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'shortOffset' });
    this.timeZone = this.#format.resolvedOptions().timeZone;
  }

  /** `GMT`, `GMT+1`, `GMT-3:30` */
  name(at: number): string {
    return this.#format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  }

  offsetMs(at: number): number {
    const quarter = Math.floor(at / QUARTER_MS);
    const known = this.#offsets.get(quarter);
    if (known !== undefined) return known;
    const [, sign = '+', hours = 0, minutes = 0, seconds = 0] = OFFSET.exec(this.name(at)) ?? [];
    const offset = (sign === '+' ? 1 : -1) * 1_000 * (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds));
    if (this.#offsets.size >= MAX_QUARTERS) this.#offsets.clear();
    this.#offsets.set(quarter, offset);
    return offset;
  }
}

const OFFSET = /([+-])(\d+)(?::(\d+))?(?::(\d+))?$/;
