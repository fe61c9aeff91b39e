import { isPlainObject } from './plain-object.ts';

/**
 * Whose request it is, as far as its fields tell: `openai` for the Chat Completions, Responses, Embeddings and Completions of
 * OpenAI and for the Messages of Anthropic, which name the same things alike; `gemini`, as its client or its REST API takes it;
 * `ai-sdk`, the options of a call of a language model.
 */
export type RequestApi = 'openai' | 'gemini' | 'ai-sdk';

export interface ModelRequest {
  readonly api: RequestApi;
  readonly fields: Record<string, unknown>;
}

/**
 * The input as a request to a model, if it is one. Only then is the meaning of its fields known: in any other record a `user` or a
 * `store` may be the very question.
 */
export function modelRequestOf(input: unknown): ModelRequest | undefined {
  if (!isPlainObject(input)) return undefined;
  const api = apiOf(input);
  return api && { api, fields: input };
}

function apiOf({
  messages,
  contents,
  model,
  input,
  prompt,
  instructions,
}: Record<string, unknown>): RequestApi | undefined {
  if (Array.isArray(messages)) return 'openai';
  if (Array.isArray(contents)) return 'gemini';
  if (Array.isArray(prompt) && prompt.some((message) => isPlainObject(message) && 'role' in message)) return 'ai-sdk';
  if (isPlainObject(prompt) && typeof prompt['id'] === 'string') return 'openai'; // a template of the Responses API
  if (typeof model !== 'string') return undefined;
  if (contents !== undefined) return 'gemini';
  return input !== undefined || prompt !== undefined || instructions !== undefined ? 'openai' : undefined;
}

/** The model a request names, if it names one. */
export function requestedModel(input: unknown): string | undefined {
  return isPlainObject(input) && typeof input['model'] === 'string' ? input['model'] : undefined;
}

/** What a request goes on with or begins, at OpenAI and Anthropic. */
const KEPT_BY_THE_SERVER = ['previous_response_id', 'conversation', 'thread', 'container'];

/**
 * Whether a request leaves something behind at the provider (a stored response, a conversation, a job), so that a repeated
 * request must be made again.
 */
export function hasServerState(input: unknown): boolean {
  const request = modelRequestOf(input);
  if (request?.api !== 'openai') return false;
  const { store, background, ...fields } = request.fields;
  return store === true || background === true || KEPT_BY_THE_SERVER.some((name) => (fields[name] ?? null) !== null);
}
