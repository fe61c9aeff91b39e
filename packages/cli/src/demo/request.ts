import type { ChatCompletionCreateParamsBase } from 'openai/resources/chat/completions';

/** A request for a chat completion; which model answers it is for the workflow to say. */
export type ChatRequest = Omit<ChatCompletionCreateParamsBase, 'model'>;

/** A prompt as a request; a stream is asked to say its usage at the end, because that is what it is billed by. */
export function chatRequest(prompt: string, isStreamed: boolean): ChatRequest {
  const messages: ChatRequest['messages'] = [{ role: 'user', content: prompt }];
  return isStreamed ? { messages, stream: true, stream_options: { include_usage: true } } : { messages };
}

/** What the last message of a request says. */
export function promptIn({ messages }: ChatRequest): string {
  const last = messages.at(-1)?.content;
  return typeof last === 'string' ? last : '';
}
