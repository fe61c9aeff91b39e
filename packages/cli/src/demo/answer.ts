import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions';
import { isAsyncIterable } from 'tta-dev-primitives/internal';
import { modelOf, type Usage, usageOf } from 'tta-observability-integration/llm';

/** What a model answers: a whole completion, or the chunks of one. */
export type ChatAnswer = ChatCompletion | AsyncIterable<ChatCompletionChunk>;

/** What is left of an answer when it has been read. */
export interface ReadAnswer {
  readonly model: string | undefined;
  readonly usage: Usage | undefined;
}

/** Reads an answer to its end, as a user does. @throws whatever a stream fails with */
export async function readAnswer(answer: ChatAnswer): Promise<ReadAnswer> {
  if (!isAsyncIterable(answer)) return { model: modelOf(answer), usage: usageOf(answer) };
  let read: ReadAnswer = { model: undefined, usage: undefined };
  for await (const chunk of answer) {
    read = { model: modelOf(chunk) ?? read.model, usage: usageOf(chunk) ?? read.usage };
  }
  return read;
}
