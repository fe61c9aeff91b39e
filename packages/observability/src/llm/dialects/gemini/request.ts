import { field, fieldAt, isGiven, listOf, objectField, textField } from '../../fields.ts';
import { readPrompt } from '../../prompt/read-prompt.ts';
import { callerKeyIn, decisiveHeadersIn, headersIn, keyInHeaders } from '../carriage.ts';
import type { RequestDialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { formIfStated, requestDialect } from '../request-dialect.ts';
import { eitherField } from '../spelling.ts';
import { modelName } from './response.ts';

/** Requests as the client takes them and as the REST API does. @see https://ai.google.dev/api/generate-content */
export const geminiRequest: RequestDialect = requestDialect({
  is(value) {
    const contents = field(value, 'contents');
    if (Array.isArray(contents)) return true;
    if (contents !== undefined) return typeof field(value, 'model') === 'string';
    return isToBeEmbedded(value) || isToBeEmbedded(listOf(field(value, 'requests'))[0]);
  },
  model: (request) => modelName(textField(request, 'model')),
  operation: (request) => (isEmbeddingRequest(request) ? 'embeddings' : 'generate_content'),
  form: formIfStated, // the method that is called decides, or the address
  withoutEffect: {
    stream: true,
    labels: true,
    serviceTier: true,
    store: true,
    config: {
      abortSignal: true,
      labels: true,
      serviceTier: true,
      store: true,
      // The base URL, the version and an extra body say who answers, and what.
      httpOptions: { headers: true, timeout: true, retryOptions: true, fetch: true },
    },
  },
  asksForJson: (request) => CONFIGS.some((name) => isJsonConfig(field(request, name))),
  callerKey(request) {
    const keys = [callerKeyIn(request), keyInHeaders(optionHeadersIn(request))].filter((key) => key !== undefined);
    return keys.includes(null) ? null : keys.join('\n') || undefined;
  },
  headers(request) {
    const [beside, within] = [headersIn(request), optionHeadersIn(request)].map(decisiveHeadersIn);
    return beside && within ? [...beside, ...within] : null;
  },
  prompt(request) {
    const { content } = request as { readonly content?: unknown };
    return readPrompt(content === undefined ? request : { ...request, contents: content });
  },
  lastQuestion: (request) => lastMessageOf(request, { messages: 'contents', parts: 'parts' }),
});

/** The client takes what is to be embedded as `contents` too. */
function isEmbeddingRequest(request: object): boolean {
  return field(request, 'contents') === undefined || EMBEDDING_MODEL.test(textField(request, 'model') ?? '');
}

/** Google's own models, by their names or by their paths at Vertex AI; those that customers tuned may have any name. */
const EMBEDDING_MODEL =
  /^(?:(?:.*\/)?publishers\/google\/)?(?:models\/)?(?:(?:gemini|text|text-multilingual)-embedding-|embedding-\d)/;

function isToBeEmbedded(value: unknown): boolean {
  return Array.isArray(fieldAt(value, 'content', 'parts'));
}

function optionHeadersIn(request: object): unknown {
  const options = objectField(field(request, 'config'), 'httpOptions');
  return options && headersIn(options);
}

/** Where the client and the REST API have their parameters. */
const CONFIGS = ['config', 'generationConfig', 'generation_config'] as const;

function isJsonConfig(config: unknown): boolean {
  const mimeType = eitherField(config, 'responseMimeType');
  if (typeof mimeType === 'string' && mimeType !== '') return mimeType === 'application/json';
  return isGiven(eitherField(config, 'responseSchema')) || isGiven(field(config, 'responseJsonSchema'));
}
