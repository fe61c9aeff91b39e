import type { Zone } from '../clock.ts';

/** Any time zone, by its IANA name. */
export function namedZone(name: string): Zone {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: name, timeZoneName: 'longOffset' });
  return {
    name,
    offsetMs(at) {
      const [, sign, hours = 0, minutes = 0] = /GMT(?:([+-])(\d+):(\d+))?/.exec(format.format(at)) ?? [];
      return (sign === '-' ? -60_000 : 60_000) * (60 * Number(hours) + Number(minutes));
    },
  };
}
