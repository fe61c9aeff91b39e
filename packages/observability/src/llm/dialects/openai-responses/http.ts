import { endpointsBy, type HttpDialect } from '../http-dialect.ts';
import { OPENAI_HEADERS, openaiFailureBody } from '../openai-usage/http.ts';

/** @see https://platform.openai.com/docs/api-reference/responses/create */
export const responsesHttp: HttpDialect = {
  endpoint: endpointsBy([{ path: /\/responses$/, operation: 'chat' }]),
  finish: /"type": ?"response\.(?:completed|incomplete|failed)"/,
  headers: OPENAI_HEADERS,
  failureBody: openaiFailureBody,
};
