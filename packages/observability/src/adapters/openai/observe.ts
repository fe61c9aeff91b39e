import type { FetchOptions } from '../fetch/fetch-options.ts';
import { type CopyableClient, observeClient } from '../fetch/observe-client.ts';

/**
 * Puts a workflow around the calls of a client of OpenAI: limits in time, a cache, routes, retries, and the facts for metrics and reports.
 * Clients for Azure and subclasses of your own keep their class.
 *
 * @returns a copy of the client; the client itself stays as it is
 * @throws TypeError or RangeError that names the option if an option is wrong
 * @example
 * ```ts
 * const openai = observe(new OpenAI(), { timeout: { timeoutMs: 30_000 }, cache: {} });
 * await openai.chat.completions.create({ model: 'gpt-4o-mini', messages });
 * ```
 */
export function observe<C extends CopyableClient, Name extends string = string>(
  client: C,
  options: FetchOptions<Name> = {},
): C {
  return observeClient(client, options);
}
