import { endpointsBy, type HttpDialect, type HttpFailure } from '../http-dialect.ts';

/** The body of an error response, which most providers have taken over from OpenAI. */
export function openaiFailureBody({ message, kind, code }: HttpFailure): object {
  return { error: { message, type: kind, param: null, code } };
}

/** Headers that select a version of the API. */
export const OPENAI_HEADERS: RegExp = /^openai-beta$/;

/** @see https://platform.openai.com/docs/api-reference/embeddings/create */
export const embeddingsHttp: HttpDialect = {
  endpoint: endpointsBy([{ path: /\/embeddings$/, operation: 'embeddings' }]),
  headers: OPENAI_HEADERS,
  failureBody: openaiFailureBody,
};
