const TYPE = 'google.rpc.RetryInfo';

/** A duration as Protocol Buffers write it in JSON; in a body that was quoted as a text its quotes may be escaped. */
const RETRY_DELAY = /"retryDelay\\*"\s*:\s*\\*"(\d{1,12}(?:\.\d{1,9})?)s\\*"/;

/**
 * How long an API of Google asks to wait, in milliseconds: it says so in the body, and in no header. The SDKs keep the body in
 * `errorDetails` (`@google/generative-ai`), `message` (`@google/genai`) or `responseBody` (the AI SDK).
 *
 * @see https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto
 */
export function retryInfoOf({ errorDetails, responseBody, message }: Record<string, unknown>): number | undefined {
  const details = Array.isArray(errorDetails) ? JSON.stringify(errorDetails) : undefined;
  const text = [details, responseBody, message].find((body) => typeof body === 'string' && body.includes(TYPE));
  const seconds = RETRY_DELAY.exec((text as string | undefined) ?? '')?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}
