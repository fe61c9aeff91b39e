import {
  booleanOption,
  type OptionRules,
  readOptions,
  type WithFallbacks,
  wordOption,
} from 'tta-dev-primitives/internal';
import { setRetryAfter } from '../http-failure.ts';
import { type ErrorProtocol, WORDINGS } from './error-protocol.ts';
import { publicFailureOf } from './public-failure.ts';

export interface ToResponseOptions {
  /** The clients that read the response. @defaultValue 'problem+json' */
  readonly protocol?: ErrorProtocol | undefined;
  /**
   * Whether the client may read the messages of errors that are not of these packages: they may name accounts, hosts and prompts.
   *
   * @defaultValue false
   */
  readonly exposeMessages?: boolean | undefined;
}

const RULES = {
  protocol: wordOption(Object.keys(WORDINGS) as ErrorProtocol[], 'problem+json'),
  exposeMessages: booleanOption(false),
} satisfies OptionRules<ToResponseOptions>;

/** @throws TypeError or RangeError that names the option */
export function readToResponseOptions(
  owner: string,
  options: ToResponseOptions,
): WithFallbacks<ToResponseOptions, 'protocol' | 'exposeMessages'> {
  return readOptions(owner, options, RULES);
}

/**
 * The response for an error of a workflow, in the shape that the clients of a provider turn into their own errors, or
 * as `problem+json`.
 *
 * A limit becomes a 429 and a timeout a 504, with `Retry-After` if the wait is known. What went wrong between the
 * server and the provider is a 502 or 503: the client learns nothing of the server's keys, accounts and hosts.
 *
 * @throws TypeError or RangeError that names the option if an option is wrong
 * @example
 * ```ts
 * export async function POST(request: Request): Promise<Response> {
 *   try {
 *     return Response.json(await workflow.execute(await request.json(), contextFromRequest(request)));
 *   } catch (error) {
 *     return toResponse(error, { protocol: 'openai' });
 *   }
 * }
 * ```
 */
export function toResponse(error: unknown, options: ToResponseOptions = {}): Response {
  const { protocol, exposeMessages } = readToResponseOptions('toResponse', options);
  const { type, body } = WORDINGS[protocol];
  const failure = publicFailureOf(error, exposeMessages);
  const headers = new Headers({ 'content-type': type });
  setRetryAfter(headers, failure);
  return new Response(JSON.stringify(body(failure)), { status: failure.status, headers });
}
