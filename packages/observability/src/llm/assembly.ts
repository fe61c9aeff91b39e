import { safely } from 'tta-dev-primitives/internal';
import { dialectOfAnswer, dialectOfStream } from './dialects/registry.ts';

/**
 * Makes the whole answer of a model from all chunks of its stream, as the same API would have returned it.
 *
 * Deltas are merged field by field; a field that the dialect does not know survives if one chunk states it, or all with the same value.
 *
 * @returns undefined if the whole could only be guessed: a stream without its usage or its end, chunks of no known dialect, a
 * field that several chunks state differently and that may be pieces; never throws
 * @example
 * ```ts
 * const chunks = [];
 * for await (const chunk of await openai.responses.create({ ...request, stream: true })) chunks.push(chunk);
 * assembleAnswer(chunks); // what `create(request)` would have given
 * ```
 */
export function assembleAnswer(chunks: readonly unknown[]): object | undefined {
  return safely(() => dialectOfStream(chunks)?.stream?.assemble?.(chunks));
}

export interface ChunkOptions {
  /** Whether the last chunk of a chat completion states the usage, as `stream_options.include_usage` asks. @defaultValue false */
  readonly includeUsage?: boolean | undefined;
}

/**
 * Makes the chunks of a stream from a whole answer of a model, with as few deltas as its API allows.
 *
 * @returns undefined if {@link assembleAnswer} would not give the same answer again, or for anything that is not a model's
 * answer; never throws
 */
export function chunksOfAnswer(
  whole: unknown,
  { includeUsage = false }: ChunkOptions = {},
): readonly object[] | undefined {
  return safely(() => dialectOfAnswer(whole)?.answer.chunks?.(whole, includeUsage));
}

/**
 * The chunks of a stream for a request that asks for the usage, or does not. Few dialects know the difference.
 *
 * @returns undefined if the usage is requested but missing; never throws
 */
export function chunksWithUsage(chunks: readonly unknown[], includeUsage: boolean): readonly unknown[] | undefined {
  return safely(() => {
    const withUsage = dialectOfStream(chunks)?.stream?.withUsage;
    return withUsage === undefined ? chunks : withUsage(chunks, includeUsage);
  });
}
