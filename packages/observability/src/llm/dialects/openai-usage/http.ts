import { endpointsBy, type HttpDialect, type HttpFailure, pathsBy } from '../http-dialect.ts';

/** The body of an error response, which most providers have taken over from OpenAI. */
export function openaiFailureBody({ message, kind, code }: HttpFailure): object {
  return { error: { message, type: kind, param: null, code } };
}

/** Headers that select a version of the API. */
export const OPENAI_HEADERS: RegExp = /^openai-beta$/;

/** Azure names the deployment of a model in the path. */
export const openaiPathFor: NonNullable<HttpDialect['pathFor']> = pathsBy(
  /\/deployments\/[^/]+(?=\/)/,
  (model) => `/deployments/${encodeURIComponent(model)}`,
);

/** @see https://platform.openai.com/docs/api-reference/embeddings/create */
export const embeddingsHttp: HttpDialect = {
  endpoint: endpointsBy([{ path: /\/embeddings$/, operation: 'embeddings' }]),
  pathFor: openaiPathFor,
  headers: OPENAI_HEADERS,
  failureBody: openaiFailureBody,
};

/** @see https://platform.openai.com/docs/api-reference/images/create */
export const imagesHttp: HttpDialect = {
  endpoint: endpointsBy([
    { path: /\/images\/generations$/, operation: 'generate_content', isOwnFormat: true, isForImages: true },
  ]),
  pathFor: openaiPathFor,
  headers: OPENAI_HEADERS,
  failureBody: openaiFailureBody,
};
