import { endpointsBy, type HttpDialect } from '../http-dialect.ts';
import { OPENAI_HEADERS, openaiFailureBody, openaiPathFor } from '../openai-usage/http.ts';

/** @see https://platform.openai.com/docs/api-reference/chat/create */
export const chatHttp: HttpDialect = {
  endpoint: endpointsBy([
    { path: /\/chat\/completions$/, operation: 'chat', isOwnFormat: true },
    { path: /\/(?:fim\/)?completions$/, operation: 'text_completion' },
  ]),
  pathFor: openaiPathFor,
  asksForUsage: true,
  finish: /^data: ?\[DONE\]/m,
  headers: OPENAI_HEADERS,
  failureBody: openaiFailureBody,
};
