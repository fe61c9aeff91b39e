const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The three forms of RFC 9110, 5.6.7, and ISO 8601; `asctime` may be followed by its zone. All are in UTC, or are not read. */
const FORMS: readonly RegExp[] = [
  /^[a-z]{3}, (?<day>\d{1,2}) (?<month>[a-z]{3}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) (?:gmt|utc)$/i,
  /^[a-z]{6,9}, (?<day>\d\d)-(?<month>[a-z]{3})-(?<year>\d\d) (?<time>\d\d:\d\d:\d\d) (?:gmt|utc)$/i,
  /^[a-z]{3} (?<month>[a-z]{3}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})(?: (?:gmt|utc))?$/i,
];

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** An obsolete date has two digits for its year: one that seems this far ahead is of the century before (RFC 9110, 5.6.7). */
const FURTHEST_YEARS = 50;

/**
 * Reads a date of HTTP or of ISO 8601 in milliseconds since the Unix epoch; undefined for anything else. `Date.parse` is not asked about
 * the former: it reads `asctime` in the zone of the machine, and almost anything as some date of long ago.
 *
 * @param epochMs - the present, which decides the century of a year of two digits
 */
export function readHttpDate(text: string, epochMs: number): number | undefined {
  const date = text.trim();
  if (ISO.test(date)) return finite(Date.parse(date));
  for (const form of FORMS) {
    const { day, month = '', year, time = '' } = form.exec(date)?.groups ?? {};
    const monthIndex = MONTHS.indexOf(month.toLowerCase());
    if (monthIndex < 0) continue;
    const [hours, minutes, seconds] = time.split(':').map(Number);
    return finite(Date.UTC(fullYear(Number(year), epochMs), monthIndex, Number(day), hours, minutes, seconds));
  }
  return undefined;
}

function fullYear(year: number, epochMs: number): number {
  if (year >= 100) return year;
  const thisYear = new Date(epochMs).getUTCFullYear();
  const candidate = thisYear - (thisYear % 100) + year;
  return candidate > thisYear + FURTHEST_YEARS ? candidate - 100 : candidate;
}

function finite(epochMs: number): number | undefined {
  return Number.isFinite(epochMs) ? epochMs : undefined;
}
