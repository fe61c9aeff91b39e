import { refusal } from 'tta-dev-primitives/internal';
import { isObject } from '../../llm/fields.ts';
import type { FetchOptions } from '../fetch/fetch-options.ts';
import { ttaFetch } from '../fetch/tta-fetch.ts';

/** Where the client keeps the options of its requests; no public member leads there. */
interface ClientInternals {
  readonly apiClient?: { readonly clientOptions?: { readonly httpOptions?: { fetch?: typeof fetch | undefined } } };
}

/** What a client had before it was observed: to observe it again takes the place of the first time. */
const replaced = new WeakMap<typeof fetch, typeof fetch | undefined>();

/**
 * Puts a workflow around the calls of a Google client (`@google/genai` 3): time limits, a cache, routes, retries, and
 * the facts for metrics and reports. Chats and models of the client are covered. Its live sessions and interactions
 * pass untouched.
 *
 * @returns the same client, changed in place, because it cannot be copied. Observing it again replaces the workflow
 * @throws TypeError if the client is of a version without a `fetch` of its own; TypeError or RangeError that names an
 * option that is wrong
 * @example
 * ```ts
 * const google = observe(new GoogleGenAI({}), { timeout: { timeoutMs: 30_000 }, cache: {} });
 * await google.models.generateContent({ model: 'gemini-2.5-flash', contents: 'Why is the sky blue?' });
 * ```
 */
export function observe<C extends { readonly models: object }, Name extends string = string>(
  client: C,
  options: FetchOptions<Name> = {},
): C {
  const httpOptions = (client as ClientInternals | null)?.apiClient?.clientOptions?.httpOptions;
  if (!isObject(httpOptions)) {
    const allowed = 'a GoogleGenAI of version 3; give httpOptions: { fetch: ttaFetch() } to other versions';
    throw new TypeError(refusal('observe', 'client', client, allowed));
  }
  const { fetch: present } = httpOptions;
  const own = present !== undefined && replaced.has(present) ? replaced.get(present) : present;
  const observed = ttaFetch({ ...options, fetch: options.fetch ?? own });
  replaced.set(observed, own);
  httpOptions.fetch = observed;
  return client;
}
