import { field, listOf, textField } from '../fields.ts';
import type { StatedFailure } from './answer-reading.ts';

/**
 * The failure that an object states, in the shapes that most providers share: `{ error: { message, type, code, status } }`,
 * `{ error: 'text' }`, `{ type: 'error', ... }`, `{ object: 'error', ... }`, `{ errors: [...] }`.
 */
export function statedFailure(value: unknown): StatedFailure | undefined {
  const error = field(value, 'error') ?? listOf(field(value, 'errors'))[0];
  if (typeof error === 'string' && error !== '')
    return { code: undefined, message: error, status: statusIn(value), error };
  if (typeof error === 'object' && error !== null) return failureFrom(error, statusIn(value));
  const isError = field(value, 'type') === 'error' || field(value, 'object') === 'error';
  return isError ? failureFrom(value as object, undefined) : undefined;
}

function failureFrom(error: object, outerStatus: number | undefined): StatedFailure {
  const words = [field(error, 'type'), field(error, 'code'), field(error, 'status')];
  const code = words.find((word): word is string => typeof word === 'string' && word !== '' && word !== 'error');
  return {
    code: code?.toLowerCase(),
    message: textField(error, 'message'),
    status: statusIn(error) ?? outerStatus,
    error,
  };
}

function statusIn(value: unknown): number | undefined {
  const status = [field(value, 'status'), field(value, 'code'), field(value, 'status_code')]
    .map(Number)
    .find((number) => Number.isInteger(number) && number >= 400 && number <= 599);
  return status;
}
