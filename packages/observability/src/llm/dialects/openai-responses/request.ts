import { field, fieldAt, isObject, listOf, textField } from '../../fields.ts';
import type { RequestDialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import {
  BESIDE_THE_ANSWER,
  isEmbeddingRequest,
  isSpeech,
  keepsServerState,
  openaiRequest,
} from '../openai-usage/request.ts';
import { formByStream, hasAnyField, isJsonFormat } from '../request-dialect.ts';

/** Fields of other dialects' requests that also have an `input`. */
const OF_OTHERS = ['messages', 'contents', 'options', 'keep_alive', 'previous_interaction_id', 'agent'] as const;

export const responsesRequest: RequestDialect = openaiRequest({
  is(value) {
    if (!isObject(value) || Array.isArray(value) || hasAnyField(value, OF_OTHERS)) return false;
    if (typeof fieldAt(value, 'prompt', 'id') === 'string') return true; // a template
    const model = textField(value, 'model');
    if (model === undefined || isSpeech(value) || /^(models\/)?gemini-/.test(model)) return false; // Google has an API of the same fields
    const input = field(value, 'input');
    if (isObject(input) && !Array.isArray(input)) return false;
    return hasAnyField(value, ['input', 'instructions']) && !isEmbeddingRequest(value);
  },
  // A response is stored unless the request says otherwise, and only a stored one can be continued by its id.
  withoutEffect: BESIDE_THE_ANSWER,
  form: formByStream,
  keepsServerState: (request) => keepsServerState(request) || usesContainer(request),
  asksForJson: (request) => isJsonFormat(fieldAt(request, 'text', 'format')),
  lastQuestion: (request) => lastMessageOf(request, { messages: 'input' }),
});

/** A container that was made before keeps the files of earlier calls. */
function usesContainer(request: unknown): boolean {
  return listOf(field(request, 'tools')).some((tool) => textField(tool, 'container') !== undefined);
}
