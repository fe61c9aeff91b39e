import { field, listOf, textField } from '../../fields.ts';
import { readPrompt } from '../../prompt/read-prompt.ts';
import { CARRIAGE, callerKeyIn, keyInHeaders } from '../carriage.ts';
import type { RequestDialect } from '../dialect.ts';
import { requestDialect } from '../request-dialect.ts';
import { either, isPresent, modelName } from './parts.ts';

/** Requests as the client takes them and as the REST API does. @see https://ai.google.dev/api/generate-content */
export const geminiRequest: RequestDialect = requestDialect({
  is(value) {
    const contents = field(value, 'contents');
    if (Array.isArray(contents)) return true;
    if (contents !== undefined) return typeof field(value, 'model') === 'string';
    return Array.isArray(field(field(value, 'content'), 'parts')); // to be embedded
  },
  model: (request) => modelName(textField(request, 'model')),
  form: () => 'unknown', // the method that is called decides
  withoutEffect: {
    ...CARRIAGE,
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
  callerKey: (request) =>
    callerKeyIn(request) ?? keyInHeaders(field(field(field(request, 'config'), 'httpOptions'), 'headers')),
  prompt: (request) => {
    const { content } = request as { readonly content?: unknown };
    return readPrompt(content === undefined ? request : { ...request, contents: content });
  },
  lastQuestion,
});

/** Where the client and the REST API have their parameters. */
const CONFIGS = ['config', 'generationConfig', 'generation_config'] as const;

function isJsonConfig(config: unknown): boolean {
  const mimeType = either(config, 'responseMimeType', 'response_mime_type');
  if (typeof mimeType === 'string' && mimeType !== '') return mimeType === 'application/json';
  return (
    isPresent(either(config, 'responseSchema', 'response_schema')) || isPresent(field(config, 'responseJsonSchema'))
  );
}

function lastQuestion(request: object): ReturnType<RequestDialect['lastQuestion']> {
  const contents = field(request, 'contents');
  if (typeof contents === 'string') return { text: contents, rest: (text) => ({ ...request, contents: text }) };
  const last = listOf(contents).at(-1);
  const parts = listOf(field(last, 'parts'));
  const [part] = parts;
  const text = field(part, 'text');
  const isText = typeof text === 'string' && parts.length === 1 && Object.keys(part as object).length === 1;
  if (!isText || (field(last, 'role') ?? 'user') !== 'user') return undefined;
  return {
    text,
    rest: (other) => ({
      ...request,
      contents: [...listOf(contents).slice(0, -1), { ...(last as object), parts: [{ text: other }] }],
    }),
  };
}
