import { field, hasItems, isGiven, isObject, listOf } from '../../fields.ts';
import { conversionsOf } from '../conversions.ts';
import type { Dialect } from '../dialect.ts';
import { exactly } from '../gathering.ts';
import { CompletionReader, isCompletion, isCompletionChunk, readCompletion } from './answer.ts';
import { assembleChat, chunksOfChat, withUsage } from './assembly.ts';
import { chatHttp } from './http.ts';
import { chatRequest } from './request.ts';

const { chunks, assemble } = conversionsOf({ take: chunksOfChat, assemble: assembleChat });

/** Members that are null in most chunks, a content in parts, and a second choice. Names of events are of errors alone. */
const MARKS =
  /"(?:(?:finish_reason|usage|error|tool_calls|toolCalls|function_call|refusal|audio|images|x_groq)":\s*[^n\s]|content":\s*\[|index":\s*[1-9])|(?:^|\n)event:/;

/**
 * Chat completions and text completions, as OpenAI made them and most providers speak them.
 *
 * @see https://platform.openai.com/docs/api-reference/chat
 */
export const OPENAI_CHAT: Dialect = {
  name: 'openai_chat',
  request: chatRequest,
  answer: { is: isCompletion, members: ['object', 'choices', 'base_resp'], read: readCompletion, chunks },
  stream: {
    isChunk: isCompletionChunk,
    members: ['object', 'choices', 'data'],
    reader: () => new CompletionReader(),
    assemble,
    withUsage: (chunks, includeUsage) => exactly(() => withUsage(chunks, includeUsage)),
    isProgress: (chunk) => hasItems(chunk, 'choices'),
    isPreamble: (chunk) => hasItems(chunk, 'choices') && !listOf(field(chunk, 'choices')).some(hasBegun),
  },
  http: chatHttp,
  bytes: { streamFraming: 'server_sent_events', terminator: '[DONE]', marks: MARKS },
};

/** The first chunk of most providers has a role and an empty text, before the model has said anything. */
function hasBegun(choice: unknown): boolean {
  const delta = field(choice, 'delta');
  if (!isObject(delta) || isGiven(field(choice, 'finish_reason'))) return true;
  return Object.entries(delta).some(([name, value]) => name !== 'role' && isGiven(value) && value !== '');
}
