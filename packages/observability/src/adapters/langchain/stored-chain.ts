import {
  AIMessage,
  AIMessageChunk,
  BaseMessage,
  ChatMessage,
  HumanMessage,
  SystemMessage,
  ToolMessage,
} from '@langchain/core/messages';
import { ChatGenerationChunk } from '@langchain/core/outputs';
import { field, listOf } from '../../llm/fields.ts';
import { kind, type StoredForm, storedForm } from '../model/stored-form.ts';

type MessageClass = new (fields: never) => BaseMessage;

/** The classes of messages that can be made of their data, by LangChain's names for them. */
const MESSAGES: ReadonlyMap<unknown, MessageClass> = new Map<unknown, MessageClass>([
  ['AIMessage', AIMessage],
  ['AIMessageChunk', AIMessageChunk],
  ['HumanMessage', HumanMessage],
  ['SystemMessage', SystemMessage],
  ['ToolMessage', ToolMessage],
  ['ChatMessage', ChatMessage],
]);

/** Messages stand as `{ type, data }`, as which their dialect reads them. */
const MESSAGE = kind<BaseMessage>({
  is: (value): value is BaseMessage => BaseMessage.isInstance(value) && MESSAGES.has(classNameOf(value)),
  type: (message) => String(classNameOf(message)),
  toData: messageData,
  fromData: revivedMessage,
});

const PLAIN = storedForm({ message: MESSAGE });

/**
 * Answers of models and of other Runnables: messages come back as instances of their classes, and so do chunks of chat models, which a
 * model that streams has in its whole answers too.
 */
export const STORED_CHAIN: StoredForm = {
  toStored: (answer) => PLAIN.toStored(withGenerations(answer, plainChunk)),
  fromStored: (stored) => withGenerations(PLAIN.fromStored(stored), revivedChunk),
};

/** The answer with its generations mapped: it is one itself, or the result of a model, which lists them. */
function withGenerations(answer: unknown, map: (generation: unknown) => unknown): unknown {
  const generations = field(answer, 'generations');
  return Array.isArray(generations) ? { ...(answer as object), generations: generations.map(map) } : map(answer);
}

/** A program may have two copies of LangChain, so a chunk is known by what it has. */
function plainChunk(generation: unknown): unknown {
  const isChunk = hasMessage(generation) && typeof (generation as { readonly concat?: unknown }).concat === 'function';
  return isChunk ? { ...(generation as object) } : generation;
}

function revivedChunk(generation: unknown): unknown {
  const isChunk = hasMessage(generation) && classNameOf(generation.message) === 'AIMessageChunk';
  return isChunk ? new ChatGenerationChunk(generation as ChunkFields) : generation;
}

type ChunkFields = ConstructorParameters<typeof ChatGenerationChunk>[0];

function hasMessage(generation: unknown): generation is { readonly message: BaseMessage } {
  return BaseMessage.isInstance(field(generation, 'message')) && typeof field(generation, 'text') === 'string';
}

/** A class names itself; one that only inherits its name is another class. */
function classNameOf(message: object): unknown {
  const own = message.constructor as { lc_name?: () => unknown };
  return Object.hasOwn(own, 'lc_name') ? own.lc_name?.() : undefined;
}

/** Of a chunk that has pieces of tool calls, the calls are made of the pieces again. */
const MADE_OF_PIECES: ReadonlySet<string> = new Set(['tool_calls', 'invalid_tool_calls']);

function messageData(message: BaseMessage): object {
  const hasPieces = listOf(field(message, 'tool_call_chunks')).length > 0;
  const fields = Object.entries(message).filter(
    ([name]) => name !== 'type' && !name.startsWith('lc_') && !(hasPieces && MADE_OF_PIECES.has(name)),
  );
  return Object.fromEntries(fields);
}

function revivedMessage(data: unknown, type: string): BaseMessage {
  const message = MESSAGES.get(type);
  if (message === undefined) throw new TypeError(`a stored message of an unknown type: ${JSON.stringify(type)}`);
  // The constructors leave out what they do not expect beside the rest.
  return Object.assign(new message(data as never), data);
}
