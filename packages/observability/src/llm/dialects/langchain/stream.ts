import { field, textField } from '../../fields.ts';
import { AnswerDraft, say } from '../answer-draft.ts';
import type { AnswerReading } from '../answer-reading.ts';
import type { StreamReader } from '../dialect.ts';
import { isGeneration } from './answer.ts';
import { endWith, withUnknownEnds } from './finish.ts';
import { messageFields, readMessage } from './message.ts';
import { ChunkUsages } from './usage.ts';

/** Chunks are messages, or generations that hold one. */
export function isMessageChunk(value: unknown): boolean {
  return messageFields(value) !== undefined || isGeneration(value);
}

export class LangChainReader implements StreamReader {
  readonly #draft = new AnswerDraft('langchain');
  readonly #usages = new ChunkUsages();
  #provider: string | undefined;

  add(chunk: unknown): void {
    const message = messageFields(chunk) ?? messageFields(field(chunk, 'message'));
    const info = field(chunk, 'generationInfo');
    const choice = this.#draft.choice(0);
    if (message === undefined) {
      if (info !== undefined) say(choice, field(chunk, 'text'));
      endWith(this.#draft, choice, info);
      return;
    }
    const metadata = field(message, 'response_metadata');
    readMessage(this.#draft, choice, message);
    endWith(this.#draft, choice, metadata, field(message, 'additional_kwargs'), info);
    this.#provider ??= textField(metadata, 'model_provider');
    this.#usages.add(message, this.#draft.model, this.#provider);
  }

  reading(): AnswerReading {
    this.#draft.usage = this.#usages.usage(this.#provider);
    const reading = this.#draft.close();
    // A model that names no provider need not say how it ended; one that does always says it.
    return this.#provider === undefined ? withUnknownEnds(reading) : reading;
  }
}
