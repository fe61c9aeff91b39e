import { safely } from 'tta-dev-primitives/internal';
import { field } from '../../fields.ts';
import { endpointsBy, type HttpDialect } from '../http-dialect.ts';

/** The API streams by default. @see https://docs.ollama.com/api */
const STREAMED = { stream: true };

/** Arguments of tools may have a member of this name too. */
function isLast(line: string): boolean {
  return (
    line.includes('"done"') &&
    field(
      safely(() => JSON.parse(line) as unknown),
      'done',
    ) === true
  );
}

export const ollamaHttp: HttpDialect = {
  endpoint: endpointsBy([
    { path: /\/api\/chat$/, operation: 'chat', fields: () => STREAMED, isOwnFormat: true },
    { path: /\/api\/generate$/, operation: 'text_completion', fields: () => STREAMED, isOwnFormat: true },
    { path: /\/api\/embed(?:dings)?$/, operation: 'embeddings' },
  ]),
  finish: isLast,
  failureBody: ({ message }) => ({ error: message }),
};
