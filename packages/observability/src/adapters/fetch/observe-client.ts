import { refusal } from 'tta-dev-primitives/internal';
import type { FetchOptions } from './fetch-options.ts';
import { clientFetch, isFinal } from './tta-fetch.ts';

/** A client that can be copied with other options, as those that OpenAI and Anthropic generate can. */
export interface CopyableClient {
  withOptions(options: never): unknown;
}

interface ClientOptions {
  readonly fetch: typeof fetch;
  readonly maxRetries?: number;
}

/**
 * The client again, of the same class and with the same options, but for its `fetch` and, where the workflow tries again itself, its
 * retries.
 *
 * @param own - options for the client beside these
 * @throws TypeError if the client cannot be copied
 */
export function observeClient<C extends CopyableClient, Name extends string>(
  client: C,
  options: FetchOptions<Name>,
  own: object = {},
): C {
  if (typeof (client as Partial<CopyableClient> | null)?.withOptions !== 'function') {
    throw new TypeError(
      refusal('observe', 'client', client, 'a client with withOptions; give fetch: ttaFetch() to others'),
    );
  }
  const { fetch: theirs } = client as { readonly fetch?: typeof fetch };
  const observed = clientFetch({ ...options, fetch: options.fetch ?? theirs });
  const isLast = isFinal(options.fallback, observed.workflow);
  const changed: ClientOptions = { ...own, fetch: observed, ...(isLast && { maxRetries: 0 }) };
  // The type of the options differs from client to client, and the copy has the class of the client.
  return (client.withOptions as (options: ClientOptions) => unknown).call(client, changed) as C;
}
