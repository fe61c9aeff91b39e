import { assembleMessage, eventsOfMessage } from '../dialects/anthropic/assembly.ts';
import { exactChunks } from '../dialects/exact-chunks.ts';
import { exactly } from '../dialects/gathering.ts';
import { assembleGemini, chunksOfGemini } from '../dialects/gemini/assembly.ts';
import { assembleChat, chunksOfChat, withUsage } from '../dialects/openai-chat/assembly.ts';
import { assembleResponse, eventsOfResponse } from '../dialects/openai-responses/assembly.ts';
import { field, soberly } from '../fields.ts';

/** An API whose streams and whole answers can be made of each other. */
interface Assembly {
  isChunk(chunk: unknown): boolean;
  isWhole(answer: unknown): boolean;
  assemble(chunks: readonly unknown[]): object;
  take(whole: Record<string, unknown>, includeUsage: boolean): object[];
}

const CHAT: Assembly = {
  isChunk: (chunk) => field(chunk, 'object') === 'chat.completion.chunk',
  isWhole: (answer) => field(answer, 'object') === 'chat.completion',
  assemble: assembleChat,
  take: chunksOfChat,
};

const RESPONSES: Assembly = {
  isChunk: (event) => String(field(event, 'type')).startsWith('response.'),
  isWhole: (answer) => field(answer, 'object') === 'response',
  assemble: assembleResponse,
  take: eventsOfResponse,
};

const ANTHROPIC: Assembly = {
  isChunk: (event) => field(event, 'type') === 'message_start',
  isWhole: (answer) => field(answer, 'type') === 'message' && field(answer, 'stop_reason') !== undefined,
  assemble: assembleMessage,
  take: eventsOfMessage,
};

const GEMINI: Assembly = {
  isChunk: (chunk) => Array.isArray(field(chunk, 'candidates')),
  isWhole: (answer) => Array.isArray(field(answer, 'candidates')),
  assemble: assembleGemini,
  take: chunksOfGemini,
};

const APIS = [CHAT, RESPONSES, ANTHROPIC, GEMINI] as const;

/**
 * Makes the whole answer of a model out of all chunks of its stream, as the same API would have given it.
 *
 * Understands chat completions and the Responses API of OpenAI, Anthropic messages and Gemini responses. Deltas are merged field by
 * field; a field that nobody knows survives if it is told once, or always with the same value.
 *
 * @returns undefined where the whole could only be guessed: a stream without its usage or its end, chunks of another shape, a
 * field that is told with different values and of which nobody knows whether they are pieces; never throws
 * @example
 * ```ts
 * const chunks = [];
 * for await (const chunk of await openai.responses.create({ ...request, stream: true })) chunks.push(chunk);
 * assembleAnswer(chunks); // what `create(request)` would have given
 * ```
 */
export function assembleAnswer(chunks: readonly unknown[]): object | undefined {
  const api = soberly(() => APIS.find(({ isChunk }) => chunks.some(isChunk)));
  return api && exactly(() => api.assemble(chunks));
}

export interface ChunkOptions {
  /** Whether the last chunk of a chat completion tells the usage, as `stream_options.include_usage` asks. @defaultValue false */
  readonly includeUsage?: boolean | undefined;
}

/**
 * Makes the chunks of a stream out of a whole answer of a model, with as few deltas as its API allows.
 *
 * @returns undefined where {@link assembleAnswer} would not give the very same answer again, or for anything that is not a model's
 * answer; never throws
 */
export function chunksOfAnswer(
  whole: unknown,
  { includeUsage = false }: ChunkOptions = {},
): readonly object[] | undefined {
  const api = soberly(() => APIS.find(({ isWhole }) => isWhole(whole)));
  return api && exactChunks(api, whole, includeUsage);
}

/**
 * The chunks of a stream as a request gets them that asks for the usage, or does not; only chat completions know the difference.
 *
 * @returns undefined where the usage is asked for and not told; never throws
 */
export function chunksWithUsage(chunks: readonly unknown[], includeUsage: boolean): readonly unknown[] | undefined {
  return exactly(() => {
    return chunks.some(CHAT.isChunk) ? withUsage(chunks, includeUsage) : chunks;
  });
}
