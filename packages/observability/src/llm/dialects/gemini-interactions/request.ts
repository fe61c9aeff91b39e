import { field, textField } from '../../fields.ts';
import { readPrompt } from '../../prompt/read-prompt.ts';
import { CARRIAGE } from '../carriage.ts';
import type { RequestDialect } from '../dialect.ts';
import { modelName } from '../gemini/parts.ts';
import { lastMessageOf } from '../last-message.ts';
import { requestDialect } from '../request-dialect.ts';
import { hasAnyField } from '../request-fields.ts';

/** Fields of other dialects' requests that also have an `input`. */
const OF_OTHERS = ['messages', 'contents', 'options', 'keep_alive'] as const;

/** Fields that no other request with an `input` has. */
const OWN = ['agent', 'previous_interaction_id'] as const;

/** What a request goes on with or begins. */
const KEPT = ['previous_interaction_id', 'agent', 'environment', 'background', 'store'] as const;

/** Requests of the Interactions API. They have the fields of OpenAI's responses and differ by the model. */
export const interactionRequest: RequestDialect = requestDialect({
  is(value) {
    if (typeof value !== 'object' || value === null || !hasAnyField(value, ['input'])) return false;
    if (hasAnyField(value, OF_OTHERS)) return false;
    return hasAnyField(value, OWN) || isGemini(textField(value, 'model') ?? '');
  },
  model: (request) => modelName(textField(request, 'model')),
  form: (request) => (field(request, 'stream') === true ? 'stream' : 'whole'),
  withoutEffect: { ...CARRIAGE, stream: true, labels: true, service_tier: true, store: true, webhook_config: true },
  keepsServerState: (request) => KEPT.some((name) => isAsked(field(request, name))),
  asksForJson: (request) =>
    field(request, 'response_mime_type') === 'application/json' ||
    [field(request, 'response_format')].flat().some(isJson),
  prompt: (request) =>
    readPrompt({
      system: field(request, 'system_instruction'),
      input: field(request, 'input'),
      tools: field(request, 'tools'),
      max_output_tokens: field(field(request, 'generation_config'), 'max_output_tokens'),
    }),
  lastQuestion: (request) => lastMessageOf(request, 'input'),
});

/** Models for embeddings take an `input` through APIs like OpenAI's. */
function isGemini(model: string): boolean {
  return /^(models\/)?gemini-(?!embedding)/.test(model);
}

function isAsked(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false;
}

/** A format names its media type, or is a JSON schema itself. */
function isJson(format: unknown): boolean {
  return (
    field(format, 'mime_type') === 'application/json' ||
    ['schema', 'properties'].some((name) => typeof field(format, name) === 'object')
  );
}
