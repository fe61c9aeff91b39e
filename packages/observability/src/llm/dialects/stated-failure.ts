import { field, isObject, listOf, textField } from '../fields.ts';
import type { StatedFailure } from './answer-reading.ts';

/** A partly known failure. The code is converted to lower case. */
export function failedWith(error: unknown, told: Partial<Omit<StatedFailure, 'error'>> = {}): StatedFailure {
  return { code: told.code?.toLowerCase(), message: told.message, status: told.status, error };
}

/**
 * The failure that an object states, in the shapes that most providers share: `{ error: { message, type, code, status } }`,
 * `{ error: 'text' }`, `{ type: 'error', ... }`, `{ object: 'error', ... }`, `{ errors: [...] }`.
 */
export function statedFailure(value: unknown): StatedFailure | undefined {
  const error = field(value, 'error') ?? listOf(field(value, 'errors'))[0];
  if (typeof error === 'string' && error !== '') return failedWith(error, { message: error, status: statusIn(value) });
  if (isObject(error)) return failureFrom(error, statusIn(value));
  const isError = field(value, 'type') === 'error' || field(value, 'object') === 'error';
  return isError ? failureFrom(value as object, undefined) : undefined;
}

function failureFrom(error: object, outerStatus: number | undefined): StatedFailure {
  const code = codeAmong(field(error, 'type'), field(error, 'code'), field(error, 'status'));
  return failedWith(error, { code, message: textField(error, 'message'), status: statusIn(error) ?? outerStatus });
}

function statusIn(value: unknown): number | undefined {
  return statusAmong(field(value, 'status'), field(value, 'code'), field(value, 'status_code'));
}

/** The first word that names a failure. */
export function codeAmong(...words: readonly unknown[]): string | undefined {
  return words.find((word): word is string => typeof word === 'string' && word !== '' && word !== 'error');
}

/** The first number that is the status of a failed response. */
export function statusAmong(...values: readonly unknown[]): number | undefined {
  return values.map(Number).find((number) => Number.isInteger(number) && number >= 400 && number <= 599);
}
