import { endpointsBy, type HttpDialect } from '../http-dialect.ts';

/** @see https://docs.cohere.com/reference/chat */
export const cohereHttp: HttpDialect = {
  endpoint: endpointsBy([
    { path: /\/v[12]\/chat$/, operation: 'chat', isOwnFormat: true },
    { path: /\/v[12]\/embed$/, operation: 'embeddings' },
  ]),
  finish: /"(?:type|event_type)": ?"(?:message-end|stream-end)"/,
  failureBody: ({ message, code }) => ({ message, code }),
};
