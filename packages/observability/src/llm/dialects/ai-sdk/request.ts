import { field, fieldAt, isGiven, objectField, textField } from '../../fields.ts';
import type { AnswerForm, FieldRules, RequestDialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { asksForAny, isJsonFormat, requestDialect } from '../request-dialect.ts';

/** Options of a provider that do not decide an answer. */
const PROVIDER_WITHOUT_EFFECT: FieldRules = {
  user: true,
  safetyIdentifier: true,
  metadata: true,
  promptCacheKey: true,
  serviceTier: true,
};

/** Requests that a model of the SDK gets, and settings of the functions that call one. */
export const aiSdkRequest: RequestDialect = requestDialect({
  is(value) {
    const prompt = field(value, 'prompt');
    if (Array.isArray(prompt)) return prompt.some((message) => typeof field(message, 'role') === 'string');
    if (typeof fieldAt(value, 'model', 'modelId') !== 'string') return false;
    return typeof prompt === 'string' || Array.isArray(field(value, 'messages'));
  },
  model: (request) => textField(request, 'model') ?? textField(field(request, 'model'), 'modelId'),
  form: formOf,
  withoutEffect: {
    method: true,
    includeRawChunks: true,
    providerOptions: { openai: PROVIDER_WITHOUT_EFFECT, azure: PROVIDER_WITHOUT_EFFECT, anthropic: { metadata: true } },
  },
  keepsServerState: (request) => optionsOf(request).some((options) => asksForAny(options, KEPT)),
  asksForJson: (request) => isJsonFormat(field(request, 'responseFormat')),
  person: (request) =>
    optionsOf(request)
      .flatMap((options) =>
        [['user'], ['safetyIdentifier'], ['metadata', 'userId']].map((path) => fieldAt(options, ...path)),
      )
      .filter(isGiven),
  lastQuestion(request) {
    const messages = Array.isArray(field(request, 'prompt')) ? 'prompt' : 'messages';
    return lastMessageOf(request, { messages, parts: 'content' });
  },
});

/** The method that is called decides, which a middleware names. */
function formOf(request: object): AnswerForm {
  const method = field(request, 'method');
  if (method === 'generate') return 'whole';
  return method === 'stream' ? 'stream' : 'unknown';
}

/** What options of a provider leave there, or go on with. */
const KEPT = ['previousResponseId', 'conversation', 'container', 'store'] as const;

function optionsOf(request: object): readonly unknown[] {
  const options = objectField(request, 'providerOptions') ?? {};
  return Object.keys(options).map((provider) => field(options, provider));
}
