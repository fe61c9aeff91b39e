import { Readable } from 'node:stream';
import { isReadableStream, isStream, untilAborted, type WorkflowContext } from 'tta-dev-primitives';
import { answerText } from '../../llm/answer-text.ts';
import { type Completion, describeCompletion } from '../../llm/completion.ts';
import type { StageAnswer } from './accept/acceptance.ts';

/** The whole answer of one call, as far as rules judge it. */
export interface Reply<O> {
  /** The output; of a stream the array of all its chunks. */
  readonly whole: O | readonly unknown[];
  readonly text: string | undefined;
  readonly completion: Completion | undefined;
  /** What the call cost, in US dollars; null when that is not known. */
  readonly costUsd: number | null;
  /** What the same tokens cost at the last stage, in US dollars; null when that is not known. */
  readonly lastStageUsd: number | null;
  /** The output as the caller gets it; a stream that was read begins again. */
  give(): O;
}

/** An output with everything that it will say. */
export interface WholeOutput<O> {
  readonly whole: O | readonly unknown[];
  readonly isStream: boolean;
  give(): O;
}

/** Of a longer stream no answer is held in memory. */
export const MAX_CHUNKS = 100_000;

/**
 * Reads a stream to its end, and lets go of it when the work is cancelled; any other output is whole already.
 *
 * @throws what the stream fails with, the abort reason, or a RangeError if the stream does not end within reason
 */
export async function wholeOf<O>(output: O, context: WorkflowContext): Promise<WholeOutput<O>> {
  if (!isStream(output)) return { whole: output, isStream: false, give: () => output };
  const source = sourceOf(output);
  const chunks: unknown[] = [];
  try {
    for (;;) {
      const { done, value } = await untilAborted(context, source.next());
      if (done === true) break;
      if (chunks.length === MAX_CHUNKS) throw new RangeError(`a stream of more than ${MAX_CHUNKS} chunks`);
      chunks.push(value);
    }
  } catch (error) {
    leave(source, error);
    throw error;
  }
  const again = isReadableStream(output) ? () => ReadableStream.from(chunks) : () => iterate(chunks);
  return { whole: chunks, isStream: true, give: again as () => O };
}

/** A stream as it is read here: one that can be left while it owes a chunk, where its kind allows that. */
interface Source {
  next(): Promise<{ readonly done?: boolean | undefined; readonly value?: unknown }>;
  leave(reason: unknown): unknown;
}

function sourceOf(stream: AsyncIterable<unknown> | ReadableStream<unknown>): Source {
  if (isReadableStream(stream)) {
    const reader = stream.getReader();
    return { next: () => reader.read(), leave: (reason) => reader.cancel(reason) };
  }
  const iterator = stream[Symbol.asyncIterator]();
  return {
    next: async () => iterator.next(),
    leave: () => (stream instanceof Readable ? stream.destroy() : iterator.return?.()),
  };
}

function leave(source: Source, reason: unknown): void {
  try {
    Promise.resolve(source.leave(reason)).catch(() => {});
  } catch {
    // A source that cannot be left has nothing to clean up.
  }
}

/** A generator would wait for a chunk that is thenable. */
function iterate(chunks: readonly unknown[]): AsyncIterableIterator<unknown, undefined> {
  let position = 0;
  return {
    next: async () =>
      position < chunks.length ? { done: false, value: chunks[position++] } : { done: true, value: undefined },
    return: async () => {
      position = chunks.length;
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** What rules are told of a whole output. */
export function readAnswer(whole: unknown): Pick<Reply<unknown>, 'text' | 'completion'> {
  return { text: answerText(whole), completion: describeCompletion(whole) };
}

/** A reply as a rule sees it. */
export function answerOf<I, O>(
  stage: string,
  input: I,
  context: WorkflowContext,
  { whole, text, completion }: Reply<O>,
): StageAnswer<I, O> {
  return { input, output: whole, stage, text, completion, context };
}
