import { hearRejection, isThenable } from './rejection.ts';

/** What a number option may be; `Infinity` passes only when `allowInfinity` is set, `NaN` never. */
export interface NumberRange {
  /** The value must be greater than this. */
  readonly above?: number;
  /** The value must be this or greater. */
  readonly atLeast?: number;
  /** The value must be this or less. */
  readonly atMost?: number;
  readonly isInteger?: boolean;
  readonly allowInfinity?: boolean;
}

/**
 * Checks a number option of a primitive.
 *
 * @param owner - whose option it is, as the reader knows it: `TimeoutPrimitive`
 * @throws TypeError if the value is not a number
 * @throws RangeError if it is outside the range; both name the option, the value and what is allowed
 */
export function checkNumber(
  owner: string,
  option: string,
  value: unknown,
  range: NumberRange = {},
): asserts value is number {
  if (typeof value !== 'number') throw new TypeError(refusal(owner, option, value, describeRange(range)));
  const isInside =
    (range.above === undefined || value > range.above) &&
    (range.atLeast === undefined || value >= range.atLeast) &&
    (range.atMost === undefined || value <= range.atMost) &&
    (range.isInteger !== true || value === Infinity || Number.isInteger(value)) &&
    (Number.isFinite(value) || (value === Infinity && range.allowInfinity === true));
  if (!isInside) throw new RangeError(refusal(owner, option, value, describeRange(range)));
}

/** Checks that an option is a function. @throws TypeError that names the option, the value and what is allowed */
export function checkFunction(owner: string, option: string, value: unknown): void {
  if (typeof value !== 'function') throw new TypeError(refusal(owner, option, value, 'a function'));
}

/** Checks that an option is true or false. @throws TypeError that names the option, the value and what is allowed */
export function checkBoolean(owner: string, option: string, value: unknown): void {
  if (typeof value !== 'boolean') throw new TypeError(refusal(owner, option, value, 'true or false'));
}

/** Checks that an option is a text. @throws TypeError that names the option, the value and what is allowed */
export function checkText(owner: string, option: string, value: unknown): void {
  if (typeof value !== 'string') throw new TypeError(refusal(owner, option, value, 'a text'));
}

/**
 * Checks what a predicate gives. A promise is refused, because it would count as true whatever becomes of it; anything else
 * counts as it does in an `if`.
 *
 * @param predicate - the option that the verdict comes from: `retryIf`
 * @throws TypeError that names the predicate
 */
export function checkedVerdict(owner: string, predicate: string, verdict: unknown): boolean {
  if (!isThenable(verdict)) return Boolean(verdict);
  hearRejection(verdict);
  throw new TypeError(refusal(owner, `what ${predicate} returns`, verdict, 'true or false'));
}

/** Checks that an option has the methods it will be asked for. @throws TypeError that names the option and the methods */
export function checkMethods(owner: string, option: string, value: unknown, methods: readonly string[]): void {
  const isFit =
    typeof value === 'object' &&
    value !== null &&
    methods.every((method) => typeof (value as Record<string, unknown>)[method] === 'function');
  if (!isFit) throw new TypeError(refusal(owner, option, value, `an object with ${methods.join(', ')}`));
}

/** Checks that an option is one of a few words. @throws TypeError for a non-string, RangeError for another word */
export function checkOneOf(owner: string, option: string, value: unknown, words: readonly string[]): void {
  const allowed = words.map((word) => `'${word}'`).join(', ');
  if (typeof value !== 'string') throw new TypeError(refusal(owner, option, value, allowed));
  if (!words.includes(value)) throw new RangeError(refusal(owner, option, value, allowed));
}

/**
 * Checks that options have names that are known, because a misspelt option (`timeout` for `timeoutMs`) would be ignored in silence.
 *
 * @param path - where the options are found, when they are an option themselves: `stream`
 * @throws TypeError that names the unknown option and those there are, or says that `options` is no object
 */
export function checkNoUnknown(
  owner: string,
  options: unknown,
  known: Readonly<Record<string, unknown>>,
  path?: string,
): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(refusal(owner, path ?? 'options', options, 'an object'));
  }
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  const place = path === undefined ? unknown : `${path}.${unknown}`;
  throw new TypeError(`${owner}: ${place} is not an option; the options are ${Object.keys(known).join(', ')}`);
}

/** The sentence with which an option is refused. */
export function refusal(owner: string, option: string, value: unknown, allowed: string): string {
  return `${owner}: ${option} must be ${allowed}, but it is ${describeValue(value)}`;
}

function describeRange({ above, atLeast, atMost, isInteger, allowInfinity }: NumberRange): string {
  const bounds = [
    above === undefined ? '' : `above ${above}`,
    atLeast === undefined ? '' : `at least ${atLeast}`,
    atMost === undefined ? '' : `at most ${atMost}`,
  ].filter((bound) => bound !== '');
  const kind = isInteger === true ? 'a whole number' : 'a number';
  return [kind, bounds.join(' and '), allowInfinity === true ? 'or Infinity' : '']
    .filter((part) => part !== '')
    .join(' ');
}

function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (isThenable(value)) return 'a promise';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return String(value);
}
