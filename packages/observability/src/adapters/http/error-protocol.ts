import { STATUS_CODES } from 'node:http';
import { messagesHttp } from '../../llm/dialects/anthropic/http.ts';
import { geminiHttp } from '../../llm/dialects/gemini/http.ts';
import type { HttpFailure } from '../../llm/dialects/http-dialect.ts';
import { openaiFailureBody } from '../../llm/dialects/openai-usage/http.ts';

/** The clients that must understand an error: those of a provider, or any that read RFC 9457. */
export type ErrorProtocol = 'openai' | 'anthropic' | 'google' | 'problem+json';

/** How a protocol says that something has gone wrong. */
interface Wording {
  readonly type: string;
  readonly body: (failure: HttpFailure) => object;
  /** The name of an event that states an error in a stream. @defaultValue none */
  readonly event?: string;
  /** What ends a stream. @defaultValue nothing */
  readonly end?: string;
}

const JSON_TYPE = 'application/json';

export const WORDINGS: Readonly<Record<ErrorProtocol, Wording>> = {
  openai: { type: JSON_TYPE, body: openaiFailureBody, end: 'data: [DONE]\n\n' },
  anthropic: { type: JSON_TYPE, body: (failure) => messagesHttp.failureBody(failure), event: 'error' },
  google: { type: JSON_TYPE, body: (failure) => geminiHttp.failureBody(failure) },
  'problem+json': { type: 'application/problem+json', body: problem, event: 'error' },
};

/** @see https://www.rfc-editor.org/rfc/rfc9457 */
function problem({ status, code, message, retryAfterMs }: HttpFailure): object {
  const title = STATUS_CODES[status] ?? 'Error';
  return {
    type: 'about:blank',
    title,
    status,
    detail: message,
    code,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}
