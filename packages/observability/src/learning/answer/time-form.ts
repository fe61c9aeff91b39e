const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = [
  ...['january', 'february', 'march', 'april', 'may', 'june'],
  ...['july', 'august', 'september', 'october', 'november', 'december'],
];
const MONTH = String.raw`(${MONTHS.map((month) => `${month.slice(0, 3)}(?:${month.slice(3)})?`).join('|')}|sept)\.?`;
const DAY_OF_MONTH = String.raw`(\d{1,2})(?:st|nd|rd|th)?`;
const WEEKDAY = String.raw`(?:(${DAYS.map((day) => `${day.slice(0, 3)}(?:${day.slice(3)})?`).join('|')})\.?,?\s+)?`;

const ISO = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/u;
const NUMERIC = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{2}|\d{4})$/u;
const MONTH_FIRST = new RegExp(String.raw`^${WEEKDAY}${MONTH}\s+${DAY_OF_MONTH},?\s+(\d{4})$`, 'iu');
const DAY_FIRST = new RegExp(String.raw`^${WEEKDAY}${DAY_OF_MONTH}(?:\s+of)?\s+${MONTH},?\s+(\d{4})$`, 'iu');
const INSTANT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?$/iu;
const CLOCK = /^(\d{1,2})(?::(\d{2})(?::(\d{2}))?)?\s*(?:([ap])\.?m\.?)?$/iu;

/**
 * A date, a time of day, or both, in one form however written. `ambiguous` for numbers that may be read as two dates, or as none;
 * undefined for a text that is no date.
 */
export function timeForm(text: string): string | undefined {
  const iso = ISO.exec(text);
  if (iso !== null) return dateForm(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const monthFirst = MONTH_FIRST.exec(text);
  if (monthFirst !== null) {
    const [, weekday, month, day, year] = monthFirst;
    return dateForm(Number(year), monthOf(month as string), Number(day), weekday);
  }
  const dayFirst = DAY_FIRST.exec(text);
  if (dayFirst !== null) {
    const [, weekday, day, month, year] = dayFirst;
    return dateForm(Number(year), monthOf(month as string), Number(day), weekday);
  }
  return numericForm(text) ?? instantForm(text) ?? clockForm(text);
}

/** `03/04/2024` is in March or in April; `13/04/2024` can be in April only. */
function numericForm(text: string): string | undefined {
  const found = NUMERIC.exec(text);
  if (found === null) return undefined;
  const [one, other, year] = [Number(found[1]), Number(found[2]), found[3] as string];
  if (year.length === 2 || (one <= 12 && other <= 12 && one !== other)) return 'ambiguous';
  return one > 12 ? dateForm(Number(year), other, one) : dateForm(Number(year), one, other);
}

function instantForm(text: string): string | undefined {
  const found = INSTANT.exec(text);
  if (found === null) return undefined;
  const [, date, time, seconds = '00', fraction = '', zone] = found;
  const part = fraction.replace(/0+$/u, '');
  const offset = zone === undefined || zone.toUpperCase() === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const epochMs = Date.parse(`${date}T${time}:${seconds}${offset}`);
  if (Number.isNaN(epochMs)) return 'ambiguous';
  return `${zone === undefined ? 'local' : 'instant'}:${epochMs}.${part}`;
}

/** A plain number is no time of day. */
function clockForm(text: string): string | undefined {
  const found = CLOCK.exec(text);
  if (found === null) return undefined;
  const [, hour, minute, second = '00', half] = found;
  if (minute === undefined && half === undefined) return undefined;
  const hours = Number(hour);
  if (Number(minute ?? 0) > 59 || Number(second) > 59 || hours > (half === undefined ? 23 : 12)) return 'ambiguous';
  if (half !== undefined && hours === 0) return 'ambiguous';
  const inDay = half === undefined ? hours : (hours % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  return `clock:${inDay}:${minute ?? '00'}:${second}`;
}

function dateForm(year: number, month: number, day: number, weekday?: string): string {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  const isRightDay = weekday === undefined || DAYS[date.getUTCDay()]?.startsWith(weekday.toLowerCase().slice(0, 3));
  return isReal && isRightDay === true ? `date:${date.toISOString().slice(0, 10)}` : 'ambiguous';
}

function monthOf(name: string): number {
  return MONTHS.findIndex((month) => month.startsWith(name.toLowerCase().slice(0, 3))) + 1;
}
