import type { FetchOptions } from '../fetch/fetch-options.ts';
import { type CopyableClient, observeClient } from '../fetch/observe-client.ts';

/**
 * Puts a workflow around the calls of an Anthropic client: time limits, a cache, routes, retries, and the facts for metrics and
 * reports. The client's own spans are turned off, because they would count every call twice.
 *
 * @returns a copy of the client; the client itself stays as it is
 * @throws TypeError or RangeError that names the option if an option is wrong
 * @example
 * ```ts
 * const anthropic = observe(new Anthropic(), { timeout: { timeoutMs: 30_000 }, cache: {} });
 * await anthropic.messages.create({ model: 'claude-opus-5-5', max_tokens: 1_024, messages });
 * ```
 */
export function observe<C extends CopyableClient, Name extends string = string>(
  client: C,
  options: FetchOptions<Name> = {},
): C {
  return observeClient(client, options, { openTelemetry: false });
}
