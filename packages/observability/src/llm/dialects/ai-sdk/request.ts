import { field, fieldAt, isGiven, listOf, objectField, textField } from '../../fields.ts';
import type { Modality } from '../../prompt/modality.ts';
import { type Prompt, readPrompt } from '../../prompt/read-prompt.ts';
import { CARRIAGE } from '../carriage.ts';
import type { FieldRules, RequestDialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { asksForAny, isJsonFormat, requestDialect } from '../request-dialect.ts';

/** Options of a provider that do not decide an answer. */
const PROVIDER_WITHOUT_EFFECT: FieldRules = {
  user: true,
  safetyIdentifier: true,
  metadata: true,
  promptCacheKey: true,
  serviceTier: true,
  store: true,
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
  form: () => 'unknown', // the method that is called decides
  withoutEffect: {
    ...CARRIAGE,
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
  prompt: promptIn,
  lastQuestion(request) {
    const messages = Array.isArray(field(request, 'prompt')) ? 'prompt' : 'messages';
    return lastMessageOf(request, { messages, parts: 'content' });
  },
});

/** What options of a provider leave there, or go on with. */
const KEPT = ['previousResponseId', 'conversation', 'container', 'store'] as const;

function optionsOf(request: object): readonly unknown[] {
  const options = objectField(request, 'providerOptions') ?? {};
  return Object.keys(options).map((provider) => field(options, provider));
}

/** Reads the prompt; a file of the SDK is an image, sound or video by its media type. */
function promptIn(request: object): Prompt {
  const prompt = readPrompt(request);
  if (!prompt.modalities.has('file')) return prompt;
  const messages = [...listOf(field(request, 'prompt')), ...listOf(field(request, 'messages'))];
  const files = messages
    .flatMap((message) => listOf(field(message, 'content')))
    .filter((part) => field(part, 'type') === 'file')
    .map((part) => modalityOfMedia(textField(part, 'mediaType') ?? ''));
  const others = [...prompt.modalities].filter((modality) => modality !== 'file');
  return { ...prompt, modalities: new Set([...others, ...files]) };
}

function modalityOfMedia(mediaType: string): Modality {
  return (['image', 'audio', 'video'] as const).find((kind) => mediaType.startsWith(kind)) ?? 'file';
}
