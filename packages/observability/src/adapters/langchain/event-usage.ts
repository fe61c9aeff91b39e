import type { ChatModelStreamEvent } from '@langchain/core/language_models/event';
import type { UsageMetadata } from '@langchain/core/messages';
import { followOutput } from 'tta-dev-primitives';
import type { ChatModel } from './chat-model.ts';

type EventUsage = Partial<UsageMetadata>;

/**
 * Events of a model with the tokens that it used. Models of Anthropic repeat counts that grow, which LangChain adds up: the first count of
 * the output is in all later ones once more.
 */
export function withTrueUsage<Events extends AsyncIterable<ChatModelStreamEvent>>(
  events: Events,
  model: ChatModel,
): Events {
  if (model.getLsParams({} as never).ls_provider !== 'anthropic') return events;
  let first = 0;
  const corrected = (event: ChatModelStreamEvent): ChatModelStreamEvent => {
    if (event.event === 'message-start') first = event.usage?.output_tokens ?? 0;
    const isLater = event.event === 'usage' || event.event === 'message-finish';
    return isLater && first > 0 && event.usage !== undefined ? { ...event, usage: without(event.usage, first) } : event;
  };
  return followOutput(events, { map: (event) => corrected(event as ChatModelStreamEvent), isStrict: true });
}

function without({ input_tokens = 0, output_tokens = 0, ...details }: EventUsage, first: number): EventUsage {
  const output = Math.max(output_tokens - first, 0);
  return { ...details, input_tokens, output_tokens: output, total_tokens: input_tokens + output };
}
