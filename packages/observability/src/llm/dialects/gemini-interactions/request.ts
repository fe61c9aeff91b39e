import { field, isObject, textField } from '../../fields.ts';
import type { RequestDialect } from '../dialect.ts';
import { modelName } from '../gemini/response.ts';
import { lastMessageOf } from '../last-message.ts';
import { asksForAny, formByStream, hasAnyField, requestDialect } from '../request-dialect.ts';

/** Fields of other dialects' requests that also have an `input`. */
const OF_OTHERS = ['messages', 'contents', 'options', 'keep_alive'] as const;

/** Fields that no other request with an `input` has. */
const OWN = ['agent', 'previous_interaction_id'] as const;

/** What a request goes on with or begins. */
const KEPT = ['previous_interaction_id', 'agent', 'environment', 'background', 'store'] as const;

/** Requests of the Interactions API. They have the fields of OpenAI's responses and differ by the model. */
export const interactionRequest: RequestDialect = requestDialect({
  is(value) {
    if (!hasAnyField(value, ['input']) || hasAnyField(value, OF_OTHERS)) return false;
    return hasAnyField(value, OWN) || isGemini(textField(value, 'model') ?? '');
  },
  model: (request) => modelName(textField(request, 'model')),
  form: formByStream,
  withoutEffect: { stream: true, labels: true, service_tier: true, webhook_config: true },
  keepsServerState: (request) => asksForAny(request, KEPT),
  asksForJson: (request) =>
    field(request, 'response_mime_type') === 'application/json' ||
    [field(request, 'response_format')].flat().some(isJson),
  lastQuestion: (request) => lastMessageOf(request, { messages: 'input' }),
});

/** Models for embeddings take an `input` through APIs like OpenAI's. */
function isGemini(model: string): boolean {
  return /^(models\/)?gemini-(?!embedding)/.test(model);
}

/** A format names its media type, or is a JSON schema itself. */
function isJson(format: unknown): boolean {
  return (
    field(format, 'mime_type') === 'application/json' ||
    ['schema', 'properties'].some((name) => isObject(field(format, name)))
  );
}
