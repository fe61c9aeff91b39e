import type { UsageError } from '../usage-error.ts';

/** Turns what is wrong with a record into the error that names its file and line. */
export type Refuse = (problem: string) => UsageError;

/** The object that a line of JSON holds; refused if it holds anything else. */
export function objectOf(text: string, refuse: Refuse): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse('this is not JSON');
  }
  if (!isObject(value)) throw refuse('this is JSON, but not an object');
  return value;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A count of tokens; refused if it is anything but a whole number. */
export function tokensOf(value: unknown, member: string, refuse: Refuse): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw refuse(`${member} must be a whole number of tokens, 0 or more`);
}
