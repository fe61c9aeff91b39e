import { endpointsBy, type HttpDialect } from '../http-dialect.ts';

/** The API streams unless it is told not to. @see https://docs.ollama.com/api */
const STREAMED = { stream: true };

export const ollamaHttp: HttpDialect = {
  endpoint: endpointsBy([
    { path: /\/api\/chat$/, operation: 'chat', fields: () => STREAMED },
    { path: /\/api\/generate$/, operation: 'text_completion', fields: () => STREAMED },
    { path: /\/api\/embed(?:dings)?$/, operation: 'embeddings' },
  ]),
  finish: /"done": ?true/,
  failureBody: ({ message }) => ({ error: message }),
};
