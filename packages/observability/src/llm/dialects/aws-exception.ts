import { field, objectField, textField } from '../fields.ts';
import type { StatedFailure } from './answer-reading.ts';
import { failedWith, statusAmong } from './stated-failure.ts';

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html */
export const EXCEPTIONS = [
  'internalServerException',
  'modelStreamErrorException',
  'modelTimeoutException',
  'serviceUnavailableException',
  'throttlingException',
  'validationException',
] as const;

/** The failure that a stream of Bedrock states in an event of its own, named after it: `{ modelStreamErrorException: { ... } }`. */
export function exceptionIn(event: unknown): StatedFailure | undefined {
  const name = EXCEPTIONS.find((key) => field(event, key) !== undefined);
  const exception = name && objectField(event, name);
  if (exception === undefined) return undefined;
  const message = textField(exception, 'message');
  const error = { name, ...(message !== undefined && { message }) }; // an exception does not name itself
  return failedWith(error, { code: name, message, status: statusAmong(field(exception, 'originalStatusCode')) });
}
