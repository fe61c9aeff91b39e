import { field, listOf, textField } from '../../fields.ts';
import type { RequestDialect } from '../dialect.ts';
import { lastMessageOf } from '../last-message.ts';
import { ownerOf } from '../message-request.ts';
import { asksForAny, hasAnyField, personIn, requestDialect } from '../request-dialect.ts';

/** How requests of OpenAI's APIs are read: as most requests, with the fields for OpenAI's own services. */
export function openaiRequest(own: Parameters<typeof requestDialect>[0]): RequestDialect {
  return requestDialect({ withoutEffect: WITHOUT_EFFECT, keepsServerState, person: personIn, ...own });
}

/** What a request leaves at the provider, and what it goes on with there. Gateways hand these on from one API to another. */
const KEPT = ['store', 'background', 'conversation', 'thread', 'previous_response_id', 'container'] as const;

export function keepsServerState(request: object): boolean {
  return asksForAny(request, KEPT);
}

/** What OpenAI's APIs take beside what decides an answer. */
export const BESIDE_THE_ANSWER = {
  stream: true,
  stream_options: true,
  metadata: true,
  service_tier: true,
  prompt_cache_key: true,
  user: true,
  safety_identifier: true,
} as const;

/** An answer is stored only if the request asks for it, so `store: false` changes nothing. */
const WITHOUT_EFFECT = { ...BESIDE_THE_ANSWER, store: true } as const;

/** Fields of requests that have a conversation, whatever the name of their model. */
const OF_CONVERSATIONS = [...KEPT, 'tools', 'messages'] as const;
/** Those that a request to read a text out may have too. */
const OF_RESPONSES = [...OF_CONVERSATIONS, 'stream', 'instructions'] as const;

/** Fields that requests for embeddings have, and requests for responses do not. */
const EMBEDDING_FIELDS = ['encoding_format', 'dimensions', 'input_type', 'output_dimension', 'output_dtype'] as const;

/** The names that customers give their own models, after `ft:`, say nothing. */
const EMBEDDING_MODEL = /^(?!(?:[\w-]+\/)?ft:).*(?:embed|voyage|rerank)|^(?:bge|gte)/i;
const MODERATION_MODEL = /^(?:[\w-]+\/)?(?:omni|text|mistral)-moderation(?:-|$)/;
const SPEECH_MODEL = /^(?:[\w-]+\/)?(?:tts-1(?:-hd)?|gpt-4o-mini-tts)(?:-\d|$)/;

export const embeddingRequest: RequestDialect = openaiRequest({
  is: (value) => isEmbeddingRequest(value) || isOfSeveralKinds(value),
  operation: (request) => (isModeration(request) ? undefined : 'embeddings'),
  form: () => 'whole',
  keepsServerState: () => false,
  lastQuestion: (request) => lastMessageOf(request, { messages: 'input' }),
});

/** Whether a value is a request for embeddings, or for what has no choices either: whether a text is harmful. */
export function isEmbeddingRequest(value: unknown): boolean {
  const model = textField(value, 'model');
  const input = field(value, 'input');
  if (model === undefined || input === undefined || ownerOf(value) !== undefined || isSpeech(value)) return false;
  if (asksForAny(value, OF_RESPONSES)) return false;
  const [first] = listOf(input);
  const isList = typeof first === 'string' || typeof first === 'number';
  return isList || isModeration(value) || EMBEDDING_MODEL.test(model) || hasAnyField(value, EMBEDDING_FIELDS);
}

/** Whether a request for an embedding holds texts beside images, as those of Voyage do. */
function isOfSeveralKinds(value: unknown): boolean {
  return Array.isArray(field(value, 'inputs')) && /^voyage-/.test(textField(value, 'model') ?? '');
}

function isModeration(value: unknown): boolean {
  return MODERATION_MODEL.test(textField(value, 'model') ?? '');
}

/** Whether a value is a request to read a text out. */
export function isSpeech(value: unknown): boolean {
  if (typeof field(value, 'input') !== 'string' || asksForAny(value, OF_CONVERSATIONS)) return false;
  if (field(value, 'voice') !== undefined) return true;
  return SPEECH_MODEL.test(textField(value, 'model') ?? '') && !asksForAny(value, OF_RESPONSES);
}
