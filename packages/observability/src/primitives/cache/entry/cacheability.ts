import { type Completion, describeCompletion } from '../../../llm/completion.ts';
import type { CacheSkipReason } from '../facts.ts';
import { isPlainObject } from '../key/canonical-json.ts';

/** An answer that may be stored. */
export interface CacheableAnswer<I = unknown> {
  readonly input: I;
  /** The output; of a stream the array of all its chunks. */
  readonly output: unknown;
  readonly isStream: boolean;
  /** What is known about it, if it is a model's answer. */
  readonly completion: Completion | undefined;
  /** What the built-in rules hold against storing it; undefined when they hold nothing. */
  readonly objection: CacheSkipReason | undefined;
}

/**
 * Describes an answer and says what speaks against storing it: a model's answer that was cut short, filtered, failed, empty, or
 * asks for a tool to be called; any other value that is missing, empty or an HTTP error.
 *
 * Temperature is no objection: whoever wraps a call in a cache wants one answer, whatever the odds of another.
 */
export function judge<I>(input: I, output: unknown, isStream: boolean): CacheableAnswer<I> {
  const completion = describeCompletion(output);
  const objection = completion === undefined ? objectionTo(output, isStream) : objectionToCompletion(completion);
  return { input, output, isStream, completion, objection };
}

function objectionToCompletion(completion: Completion): CacheSkipReason | undefined {
  const { finishReasons, hasError, hasToolCalls, isEmpty } = completion;
  const ended = (...words: string[]): boolean => finishReasons.some((reason) => words.includes(reason ?? ''));
  if (hasError || ended('error')) return 'error';
  if (ended('length', 'max_tokens', 'max_output_tokens', 'model_context_window_exceeded')) return 'length';
  if (ended('content_filter', 'safety', 'recitation', 'blocklist', 'prohibited_content', 'spii'))
    return 'content_filter';
  if (finishReasons.includes(undefined)) return 'no_finish_reason';
  if (hasToolCalls || ended('tool_calls', 'function_call', 'tool_use', 'pause_turn')) return 'tool_calls';
  return isEmpty ? 'empty' : undefined;
}

function objectionTo(output: unknown, isStream: boolean): CacheSkipReason | undefined {
  if (output === undefined || output === '') return 'empty';
  if (isStream) return Array.isArray(output) && output.length === 0 ? 'empty' : undefined;
  return isPlainObject(output) && isHttpError(output['status']) ? 'error' : undefined;
}

function isHttpError(status: unknown): boolean {
  return typeof status === 'number' && status >= 400 && status <= 599;
}
