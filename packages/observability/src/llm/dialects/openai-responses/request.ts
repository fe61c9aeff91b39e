import { field, textField } from '../../fields.ts';
import type { RequestDialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { isEmbeddingRequest } from '../openai-usage/request.ts';
import { OPENAI_WITHOUT_EFFECT } from '../openai-usage/without-effect.ts';
import { requestDialect } from '../request-dialect.ts';
import { hasAnyField, isJsonFormat, personIn, streamedForm } from '../request-fields.ts';

/** Fields of other dialects' requests that also have an `input`. */
const OF_OTHERS = ['messages', 'contents', 'options', 'keep_alive', 'previous_interaction_id', 'agent'] as const;

/** What a request goes on with, or begins. */
const KEPT = ['previous_response_id', 'conversation'] as const;

export const responsesRequest: RequestDialect = requestDialect({
  is(value) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || hasAnyField(value, OF_OTHERS))
      return false;
    if (typeof field(field(value, 'prompt'), 'id') === 'string') return true; // a template
    const model = textField(value, 'model');
    if (model === undefined || /^(models\/)?gemini-/.test(model)) return false; // Google has an API of the same fields
    const input = field(value, 'input');
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return false;
    return hasAnyField(value, ['input', 'instructions']) && !isEmbeddingRequest(value);
  },
  form: (request) => (streamedForm(request) === 'whole' ? 'whole' : 'stream'),
  withoutEffect: OPENAI_WITHOUT_EFFECT,
  keepsServerState: (request) =>
    field(request, 'store') === true || field(request, 'background') === true || hasAnyField(request, KEPT),
  asksForJson: (request) => isJsonFormat(field(field(request, 'text'), 'format')),
  person: personIn,
  lastQuestion: (request) => lastMessageOf(request, 'input'),
});
