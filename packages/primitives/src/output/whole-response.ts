import type { ResponseLike } from './kinds.ts';
import { withBody } from './response.ts';
import { wholeBodies } from './whole-bodies.ts';

/**
 * A response whose body is there: it counts as a value and not as a stream, which costs much less.
 *
 * @returns a response of the same class, with the same status and headers
 */
export function wholeResponse<R extends ResponseLike>(response: R, body: Uint8Array<ArrayBuffer>): R {
  const whole = withBody(response, body);
  wholeBodies.set(whole, body);
  return whole as R;
}

/** The body of a response that arrived whole and has not been read. Undefined for everything else. */
export function wholeBodyOf(output: unknown): Uint8Array<ArrayBuffer> | undefined {
  const body = wholeBodies.get(output as object);
  return body === undefined || (output as ResponseLike).bodyUsed ? undefined : body;
}
