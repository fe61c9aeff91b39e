/** What a clock needs to know of a time zone. */
export interface Zone {
  /** The zone's offset from UTC at an instant, in milliseconds. */
  offsetMs(at: number): number;
  /** Its IANA name, such as `Europe/Berlin`; undefined while that is not known. */
  readonly name: string | undefined;
}

/** How instants are written: in one time zone, which the page names once. */
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

/** Writes instants with arithmetic alone: creating the first `Intl` formatter takes a browser longer than drawing a screen. */
export function createClock(zone: Zone): Clock {
  /** An instant whose fields in UTC are those of the zone. */
  const local = (at: number): Date => new Date(at + zone.offsetMs(at));
  const minutes = (at: number): string => local(at).toISOString().slice(11, 16);
  const seconds = (at: number): string => local(at).toISOString().slice(11, 19);
  const day = (at: number): string => `${local(at).getUTCDate()} ${MONTHS[local(at).getUTCMonth()]}`;
  const zoneText = (at: number): string => {
    const utc = utcText(zone.offsetMs(at));
    const place = zone.name?.split('/').at(-1)?.replaceAll('_', ' ') ?? '';
    return place === '' || place === 'UTC' || place === 'GMT' ? utc : `${place} (${utc})`;
  };
  const dayAnd = (text: string, at: number): string => `${day(at)}, ${text}`;
  return {
    time: seconds,
    tick: (at, rangeMs) => (rangeMs > 2 * DAY_MS ? day : rangeMs < SHORT_MS ? seconds : minutes)(at),
    edge: (at, stepMs) => (stepMs < 60_000 ? seconds(at) : stepMs > 3_600_000 ? dayAnd(minutes(at), at) : minutes(at)),
    full: (at) => `${day(at)} ${local(at).getUTCFullYear()}, ${local(at).toISOString().slice(11, 23)}`,
    zone: zoneText,
    range: (from, to) => {
      const isOneDay = day(from) === day(to);
      const time = to - from < SHORT_MS ? seconds : minutes;
      const [start, end] = [from, to].map((at) => (isOneDay ? time(at) : dayAnd(time(at), at)));
      return `${start} – ${end}, ${zoneText(to)}`;
    },
    moment: (at, now) => (day(at) === day(now) ? seconds(at) : dayAnd(seconds(at), at)),
  };
}

/** `UTC`, `UTC+1`, `UTC-3:30` */
function utcText(offsetMs: number): string {
  if (offsetMs === 0) return 'UTC';
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  const rest = minutes % 60 === 0 ? '' : `:${String(minutes % 60).padStart(2, '0')}`;
  return `UTC${offsetMs < 0 ? '-' : '+'}${Math.floor(minutes / 60)}${rest}`;
}
