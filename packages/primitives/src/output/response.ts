import type { ResponseLike } from './kinds.ts';

type ResponseClass = new (body: unknown, init: object) => object;

/** The members of a response that its constructor cannot set. */
const FIXED = ['url', 'redirected', 'type'] as const;

/**
 * A response of the same class around another body.
 *
 * @throws RangeError or TypeError where its class cannot make one, as with the status of an opaque response
 */
export function withBody(response: ResponseLike & object, body: unknown): object {
  const { status, statusText, headers } = response as Partial<Response>;
  const made = new (response.constructor as ResponseClass)(body, { status, statusText, headers });
  for (const key of FIXED) {
    Object.defineProperty(made, key, { value: (response as Partial<Response>)[key], configurable: true });
  }
  return made;
}
