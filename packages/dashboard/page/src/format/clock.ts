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

/** @param timeZone - an IANA name; the browser's own if it is left out */
export function createClock(timeZone: string = Intl.DateTimeFormat().resolvedOptions().timeZone): Clock {
  const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', ...options });
  const seconds = format({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const minutes = format({ hour: '2-digit', minute: '2-digit' });
  const days = format({ day: 'numeric', month: 'short' });
  const millis = format({
    ...{ day: 'numeric', month: 'short', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 },
  });
  const offset = format({ timeZoneName: 'shortOffset' });
  const zone = (at: number): string => {
    const name = offset.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC';
    const utc = name.replace('GMT', 'UTC').replace(/\+0$/, '');
    const place = timeZone.split('/').at(-1)?.replaceAll('_', ' ') ?? '';
    return place === '' || place === 'UTC' || place === 'GMT' ? utc : `${place} (${utc})`;
  };
  const dayAnd = (text: string, at: number): string => `${days.format(at)}, ${text}`;
  return {
    time: (at) => seconds.format(at),
    tick: (at, rangeMs) => (rangeMs > 2 * DAY_MS ? days : rangeMs < SHORT_MS ? seconds : minutes).format(at),
    edge: (at, stepMs) =>
      stepMs < 60_000 ? seconds.format(at) : stepMs > 3_600_000 ? dayAnd(minutes.format(at), at) : minutes.format(at),
    full: (at) => millis.format(at),
    zone,
    range: (from, to) => {
      const isOneDay = days.format(from) === days.format(to);
      const time = to - from < SHORT_MS ? seconds : minutes;
      const [start, end] = [from, to].map((at) => (isOneDay ? time.format(at) : dayAnd(time.format(at), at)));
      return `${start} – ${end}, ${zone(to)}`;
    },
    moment: (at, now) => (days.format(at) === days.format(now) ? seconds.format(at) : dayAnd(seconds.format(at), at)),
  };
}
