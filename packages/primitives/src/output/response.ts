import type { ResponseLike } from './kinds.ts';

type ResponseClass = new (body: unknown, init: object) => object;

/** The members of a response that its constructor cannot set. */
const FIXED = ['url', 'redirected', 'type', 'status', 'ok'] as const;

/**
 * A response of the same class around another body.
 *
 * @throws what a class of its own throws where it cannot be made so
 */
export function withBody(response: ResponseLike & object, body: unknown): object {
  const { statusText, headers } = response as Partial<Response>;
  const status = response.status >= 200 && response.status <= 599 ? response.status : 200; // servers send others, such as 999
  const made = new (response.constructor as ResponseClass)(body, { status, statusText, headers });
  for (const key of FIXED) {
    const value = (response as Partial<Response>)[key];
    if (value !== (made as Partial<Response>)[key]) Object.defineProperty(made, key, { value, configurable: true });
  }
  return made;
}
