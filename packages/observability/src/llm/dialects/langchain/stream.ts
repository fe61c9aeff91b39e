import { field, textField } from '../../fields.ts';
import { AnswerDraft, say } from '../answer-draft.ts';
import type { StreamReader } from '../dialect.ts';
import { isGeneration } from './answer.ts';
import { endWith, withUnknownEnds } from './finish.ts';
import { messageFields, readMessage } from './message.ts';
import { ChunkUsages } from './usage.ts';

/** Chunks are messages, or generations that hold one. */
export function isMessageChunk(value: unknown): boolean {
  return messageFields(value) !== undefined || isGeneration(value);
}

export function langChainReader(): StreamReader {
  const draft = new AnswerDraft('langchain');
  const usages = new ChunkUsages();
  let provider: string | undefined;
  return {
    add(chunk) {
      const message = messageFields(chunk) ?? messageFields(field(chunk, 'message'));
      const info = field(chunk, 'generationInfo');
      const choice = draft.choice(0);
      if (message === undefined) {
        if (info !== undefined) say(choice, field(chunk, 'text'));
        endWith(draft, choice, info);
        return;
      }
      const metadata = field(message, 'response_metadata');
      readMessage(draft, choice, message);
      endWith(draft, choice, metadata, field(message, 'additional_kwargs'), info);
      provider ??= textField(metadata, 'model_provider');
      usages.add(message, draft.model, provider);
    },
    reading() {
      draft.usage = usages.usage(provider);
      const reading = draft.close();
      // A model that names no provider need not say how it ended; one that does always says it.
      return provider === undefined ? withUnknownEnds(reading) : reading;
    },
  };
}
