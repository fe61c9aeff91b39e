import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';
import type {
  ChatModelStreamEvent,
  MessageFinishEvent,
  MessageStartEvent,
} from '@langchain/core/language_models/event';
import { AIMessageChunk, type BaseMessage } from '@langchain/core/messages';
import { ChatGenerationChunk, type ChatResult } from '@langchain/core/outputs';
import { countField } from '../../llm/fields.ts';
import { executeAround } from '../context-around.ts';
import { metadataOf } from '../model/tta-metadata.ts';
import { type ChainAnswer, type ChainCall, type ChainMethod, carried } from './chain-call.ts';
import type { ChainWorkflow } from './chain-workflow.ts';
import type { CallOptions } from './chat-model.ts';
import { chatRequest } from './chat-request.ts';

/** Answers calls of a chat model by a workflow: what stands in place of the methods of a model that ask its provider. */
export class Answering {
  readonly #workflow: ChainWorkflow;
  readonly #tenantId: string | undefined;
  readonly #targetsOf: (options: CallOptions) => ChainCall['targets'];

  /** @param targetsOf - the models that may answer, and what each of them is called with */
  constructor(
    workflow: ChainWorkflow,
    tenantId: string | undefined,
    targetsOf: (options: CallOptions) => ChainCall['targets'],
  ) {
    this.#workflow = workflow;
    this.#tenantId = tenantId;
    this.#targetsOf = targetsOf;
  }

  async generate(
    messages: BaseMessage[],
    options: CallOptions,
    runManager?: CallbackManagerForLLMRun,
  ): Promise<ChatResult> {
    const call: ChainCall = { messages, targets: this.#targetsOf(options), runManager };
    const result = (await this.#execute('generate', call, options)) as ChatResult; // as the method of the model gives it
    for (const { message } of result.generations) {
      if (isReused(call)) message._updateId(undefined);
      message.response_metadata = { ...message.response_metadata, ...ttaOf(call) };
    }
    return result;
  }

  async *stream(
    messages: BaseMessage[],
    options: CallOptions,
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    const call: ChainCall = { messages, targets: this.#targetsOf(options), runManager };
    const chunks = (await this.#execute('stream', call, options)) as AsyncIterable<ChatGenerationChunk>;
    const prompt = countField(options, 'promptIndex') ?? 0;
    for await (const chunk of chunks) {
      if (isReused(call)) chunk.message._updateId(undefined);
      yield chunk;
      const completion = countField(chunk.generationInfo, 'completion') ?? 0;
      await runManager?.handleLLMNewToken(chunk.text, { prompt, completion }, undefined, undefined, undefined, {
        chunk,
      });
    }
    const message = new AIMessageChunk({ content: '', response_metadata: ttaOf(call) });
    yield new ChatGenerationChunk({ text: '', message });
  }

  /** What became of the call stands at the end of the message. */
  async *events(messages: BaseMessage[], options: CallOptions): AsyncGenerator<ChatModelStreamEvent> {
    const call: ChainCall = { messages, targets: this.#targetsOf(options), runManager: undefined };
    const events = (await this.#execute('events', call, options)) as AsyncIterable<ChatModelStreamEvent>;
    let finish: MessageFinishEvent | undefined;
    for await (const event of events) {
      if (event.event === 'message-finish') finish = event;
      else yield event.event === 'message-start' && isReused(call) ? withoutId(event) : event;
    }
    if (finish !== undefined) yield { ...finish, responseMetadata: { ...finish.responseMetadata, ...ttaOf(call) } };
  }

  #execute(method: ChainMethod, call: ChainCall, { signal: given }: CallOptions): Promise<ChainAnswer> {
    const signal = given as AbortSignal | undefined; // by LangChain's types
    signal?.throwIfAborted();
    const request = chatRequest(method, call.messages, call.targets);
    const metadata = (around: object) => carried.within(call, around);
    return executeAround(this.#workflow, request, { name: 'langchain', tenantId: this.#tenantId, signal, metadata });
  }
}

/** Whether the answer was given before. Its message then goes without its id: graphs take two messages of one id for one. */
function isReused({ record }: ChainCall): boolean {
  const outcome = record?.factsOf('cache.outcome')[0];
  return outcome === 'hit' || outcome === 'stale' || outcome === 'coalesced';
}

function withoutId({ id: _id, ...event }: MessageStartEvent): MessageStartEvent {
  return event;
}

/** What became of a call, for `response_metadata`. */
function ttaOf({ record }: ChainCall): Record<string, unknown> {
  return record === undefined ? {} : { tta: metadataOf(record) };
}
