import { field, textField } from '../fields.ts';
import type { StatedFailure } from './answer-reading.ts';

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
  const exception = name === undefined ? undefined : field(event, name);
  if (name === undefined || typeof exception !== 'object' || exception === null) return undefined;
  const message = textField(exception, 'message');
  const status = field(exception, 'originalStatusCode');
  const isFailed = typeof status === 'number' && status >= 400 && status <= 599;
  return {
    code: name.toLowerCase(),
    message,
    status: isFailed ? status : undefined,
    error: { name, ...(message !== undefined && { message }) }, // an exception does not name itself
  };
}
