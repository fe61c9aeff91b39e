import { field, listOf, textField } from '../../fields.ts';
import type { Modality } from '../../prompt/modality.ts';
import { type Prompt, readPrompt } from '../../prompt/read-prompt.ts';
import { CARRIAGE } from '../carriage.ts';
import type { FieldRules, RequestDialect } from '../dialect.ts';
import { requestDialect } from '../request-dialect.ts';

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
    if (typeof field(field(value, 'model'), 'modelId') !== 'string') return false;
    return typeof prompt === 'string' || Array.isArray(field(value, 'messages'));
  },
  model: (request) => textField(request, 'model') ?? textField(field(request, 'model'), 'modelId'),
  form: () => 'unknown', // the method that is called decides
  withoutEffect: {
    ...CARRIAGE,
    includeRawChunks: true,
    providerOptions: { openai: PROVIDER_WITHOUT_EFFECT, azure: PROVIDER_WITHOUT_EFFECT, anthropic: { metadata: true } },
  },
  keepsServerState: (request) => optionsOf(request).some(keepsState),
  asksForJson: (request) => field(field(request, 'responseFormat'), 'type') === 'json',
  person: (request) =>
    optionsOf(request)
      .flatMap((options) => [
        field(options, 'user'),
        field(options, 'safetyIdentifier'),
        field(field(options, 'metadata'), 'userId'),
      ])
      .filter((person) => (person ?? null) !== null),
  prompt: promptIn,
  lastQuestion(request) {
    const name = Array.isArray(field(request, 'prompt')) ? 'prompt' : 'messages';
    const messages = listOf(field(request, name));
    const last = messages.at(-1);
    const content = field(last, 'content');
    const parts = Array.isArray(content) ? content : [{ type: 'text', text: content }];
    const text = parts.length === 1 && field(parts[0], 'type') === 'text' ? field(parts[0], 'text') : undefined;
    if (field(last, 'role') !== 'user' || typeof text !== 'string') return undefined;
    return {
      text,
      rest(other) {
        const part = { ...(parts[0] as object), text: other };
        return { ...request, [name]: [...messages.slice(0, -1), { ...(last as object), content: [part] }] };
      },
    };
  },
});

function optionsOf(request: object): readonly unknown[] {
  const options = field(request, 'providerOptions');
  if (typeof options !== 'object' || options === null) return [];
  return Object.keys(options).map((provider) => field(options, provider));
}

/** Whether options of a provider leave something there, or go on with it. */
function keepsState(options: unknown): boolean {
  const kept = ['previousResponseId', 'conversation', 'container'].some(
    (name) => (field(options, name) ?? null) !== null,
  );
  return kept || field(options, 'store') === true;
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
