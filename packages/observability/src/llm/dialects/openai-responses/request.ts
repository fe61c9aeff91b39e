import { field, fieldAt, isObject, textField } from '../../fields.ts';
import type { RequestDialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { isEmbeddingRequest, openaiRequest } from '../openai-usage/request.ts';
import { formByStream, hasAnyField, isJsonFormat } from '../request-dialect.ts';

/** Fields of other dialects' requests that also have an `input`. */
const OF_OTHERS = ['messages', 'contents', 'options', 'keep_alive', 'previous_interaction_id', 'agent'] as const;

export const responsesRequest: RequestDialect = openaiRequest({
  is(value) {
    if (!isObject(value) || Array.isArray(value) || hasAnyField(value, OF_OTHERS)) return false;
    if (typeof fieldAt(value, 'prompt', 'id') === 'string') return true; // a template
    const model = textField(value, 'model');
    if (model === undefined || /^(models\/)?gemini-/.test(model)) return false; // Google has an API of the same fields
    const input = field(value, 'input');
    if (isObject(input) && !Array.isArray(input)) return false;
    return hasAnyField(value, ['input', 'instructions']) && !isEmbeddingRequest(value);
  },
  form: formByStream,
  asksForJson: (request) => isJsonFormat(fieldAt(request, 'text', 'format')),
  lastQuestion: (request) => lastMessageOf(request, { messages: 'input' }),
});
