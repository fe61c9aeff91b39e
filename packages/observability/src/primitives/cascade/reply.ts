import { isReadableStream, isStream, type WorkflowContext } from 'tta-dev-primitives';
import { answerText } from '../../llm/answer-text.ts';
import { type Completion, describeCompletion } from '../../llm/completion/completion.ts';
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

/** Reads a stream to its end; any other output is whole already. @throws what the stream fails with */
export async function wholeOf<O>(output: O): Promise<WholeOutput<O>> {
  if (!isStream(output)) return { whole: output, isStream: false, give: () => output };
  const chunks: unknown[] = [];
  for await (const chunk of output) chunks.push(chunk);
  const again = isReadableStream(output) ? () => ReadableStream.from(chunks) : () => iterate(chunks);
  return { whole: chunks, isStream: true, give: again as () => O };
}

async function* iterate(chunks: readonly unknown[]): AsyncGenerator<unknown, void, undefined> {
  yield* chunks;
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
