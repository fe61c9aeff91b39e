import { modelRequestOf } from './model-request.ts';
import { isPlainObject } from './plain-object.ts';

/**
 * In which form a request wants its answer: whole, as a stream, or as a stream whose last chunk tells the usage. `unsaid` where the
 * request does not say, because the method that is called decides (Gemini), or because it is no request to a model.
 */
export type RequestForm = 'whole' | 'stream' | 'stream+usage' | 'unsaid';

/** What decides the form of answers where requests do not say it. */
export type FormOption<I = unknown> = 'whole' | 'stream' | ((input: I) => 'whole' | 'stream');

/** The form in which a request wants its answer. */
export function formOf<I>(input: I, option: FormOption<I> | undefined): RequestForm {
  const said = typeof option === 'function' ? option(input) : option;
  const request = modelRequestOf(input);
  if (request?.api !== 'openai') return said ?? 'unsaid';
  const { stream, stream_options: options } = request.fields;
  if (said === 'whole' || (said === undefined && stream !== true)) return 'whole';
  return isPlainObject(options) && options['include_usage'] === true ? 'stream+usage' : 'stream';
}
