import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions';
import type { AnswerSize } from './model.ts';

/** A request for a chat completion, as far as the provider looks at it. */
export interface CompletionRequest {
  readonly model: string;
  /** What the last message says. */
  readonly prompt: string;
  readonly isStreamed: boolean;
  /** Whether a stream is to end with a chunk that carries the usage. */
  readonly wantsUsage: boolean;
}

/** Why a request was refused, in the words of the protocol. */
export class RequestRefusal extends Error {
  readonly status: number;
  readonly code: string | null;

  constructor(status: number, message: string, code: string | null = null) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

interface Message {
  readonly content?: unknown;
}

/** Reads a request body. @throws RequestRefusal if it is not a request for a chat completion */
export function completionRequestOf(body: string): CompletionRequest {
  let request: Record<string, unknown> | null;
  try {
    request = JSON.parse(body) as Record<string, unknown> | null;
  } catch {
    throw new RequestRefusal(400, 'We could not parse the JSON body of your request.');
  }
  const model = request?.['model'];
  const messages = request?.['messages'];
  if (typeof model !== 'string') throw new RequestRefusal(400, 'you must provide a model parameter');
  if (!Array.isArray(messages) || messages.length === 0) {
    throw new RequestRefusal(400, "'messages' must be an array with at least one message");
  }
  const options = request?.['stream_options'] as { include_usage?: unknown } | null | undefined;
  return {
    model,
    prompt: textOf(messages.at(-1) as Message),
    isStreamed: request?.['stream'] === true,
    wantsUsage: options?.include_usage === true,
  };
}

function textOf({ content }: Message): string {
  if (typeof content === 'string') return content;
  const parts = Array.isArray(content) ? (content as { text?: unknown }[]) : [];
  return parts.map(({ text }) => (typeof text === 'string' ? text : '')).join('');
}

/** What every object of one answer has in common. */
export interface AnswerIdentity {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

export function completionOf(identity: AnswerIdentity, text: string, size: AnswerSize): ChatCompletion {
  const message = { role: 'assistant' as const, content: text, refusal: null };
  return {
    ...identity,
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: 'stop', logprobs: null }],
    usage: usageOf(size),
  };
}

type Delta = ChatCompletionChunk.Choice['delta'];

/** A chunk of a stream; `finish_reason` stands in the last one that has a choice. */
export function chunkOf(
  identity: AnswerIdentity,
  delta: Delta,
  finishReason: 'stop' | null = null,
): ChatCompletionChunk {
  return {
    ...identity,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finishReason, logprobs: null }],
  };
}

/** The chunk without choices with which a stream ends when its usage was asked for. */
export function usageChunkOf(identity: AnswerIdentity, size: AnswerSize): ChatCompletionChunk {
  return { ...identity, object: 'chat.completion.chunk', choices: [], usage: usageOf(size) };
}

function usageOf({ inputTokens, outputTokens }: AnswerSize): NonNullable<ChatCompletion['usage']> {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}
