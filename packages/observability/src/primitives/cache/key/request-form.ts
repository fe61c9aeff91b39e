import type { AnswerForm } from '../../../llm/dialects/dialect.ts';
import type { ModelRequest } from './request-dialect.ts';

/** What decides the form of answers where requests do not say it. */
export type FormOption<I = unknown> = 'whole' | 'stream' | ((input: I) => 'whole' | 'stream');

/** The form in which a request wants its answer. */
export function formOf<I>(input: I, request: ModelRequest | undefined, option: FormOption<I> | undefined): AnswerForm {
  const said = typeof option === 'function' ? option(input) : option;
  const asked = request?.requests.form(request.fields) ?? 'unknown';
  if (asked === 'unknown') return said ?? 'unknown';
  if (said === 'whole') return 'whole';
  return said === 'stream' && asked === 'whole' ? 'stream' : asked;
}
