import { type Completion, describeCompletion } from '../../../llm/completion.ts';
import { ignoreRejection } from '../../ignore-rejection.ts';
import type { CacheSkipReason } from '../facts.ts';
import { isPlainObject } from '../key/plain-object.ts';
import { asksForJson, parsedTexts } from './structured-output.ts';

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

/** What the built-in rules leave to the application. */
export interface CacheabilityRules<I = unknown> {
  /** Whether answers are stored that ask for tools to be called. @defaultValue false */
  readonly cacheToolCalls?: boolean | undefined;
  /** Whether refusals are stored. @defaultValue true */
  readonly cacheRefusals?: boolean | undefined;
  /** Whether a value is right: the parsed JSON of each choice where the request asks for JSON, else the output as it is. */
  readonly validate?: ((value: unknown, input: I) => boolean) | undefined;
}

/**
 * Describes an answer and says what speaks against storing it: a model's answer that was cut short, filtered, failed, empty, refers
 * to something that the provider keeps, asks for a tool to be called, or is no JSON though JSON was asked for; any other value that
 * is missing, empty or an HTTP error.
 *
 * Temperature is no objection: whoever wraps a call in a cache wants one answer, whatever the odds of another.
 */
export function judge<I>(
  input: I,
  output: unknown,
  isStream: boolean,
  rules: CacheabilityRules<I> = {},
): CacheableAnswer<I> {
  const completion = describeCompletion(output);
  const objection =
    (completion === undefined ? objectionTo(output, isStream) : objectionToCompletion(completion, rules)) ??
    (isRight(input, output, completion, rules) ? undefined : 'invalid');
  return { input, output, isStream, completion, objection };
}

/** Finish reasons in the words of all providers, in lower case. */
const CUT_SHORT = [
  'length',
  'max_tokens',
  'max_output_tokens',
  'max_messages',
  'model_context_window_exceeded',
  'continuation',
];
const FILTERED = [
  'content_filter',
  'safety',
  'recitation',
  'blocklist',
  'prohibited_content',
  'spii',
  'language',
  'image_safety',
  'image_prohibited_content',
  'image_recitation',
  'model_armor',
];
const FAILED = [
  'error',
  'other',
  'image_other',
  'no_image',
  'malformed_function_call',
  'malformed_response',
  'unexpected_tool_call',
  'too_many_tool_calls',
  'missing_thought_signature',
];
const UNFINISHED = ['pause_turn', 'steered', 'escalation', 'finish_reason_unspecified'];
const TOOLS = ['tool_calls', 'function_call', 'tool_use'];

function objectionToCompletion<I>(
  { finishReasons, hasError, hasToolCalls, hasRefusal, hasServerState, isEmpty }: Completion,
  { cacheToolCalls = false, cacheRefusals = true }: CacheabilityRules<I>,
): CacheSkipReason | undefined {
  const ended = (words: readonly string[]): boolean => finishReasons.some((reason) => words.includes(reason ?? ''));
  if (hasError || ended(FAILED)) return 'error';
  if (ended(CUT_SHORT)) return 'length';
  if (ended(FILTERED)) return 'content_filter';
  if (hasServerState) return 'server_state';
  if (ended(UNFINISHED) || finishReasons.includes(undefined)) return 'no_finish_reason';
  if (!cacheToolCalls && (hasToolCalls || ended(TOOLS))) return 'tool_calls';
  if (!cacheRefusals && hasRefusal) return 'refusal';
  return isEmpty ? 'empty' : undefined;
}

function objectionTo(output: unknown, isStream: boolean): CacheSkipReason | undefined {
  if (output === undefined || output === '') return 'empty';
  if (isStream) return Array.isArray(output) && output.length === 0 ? 'empty' : undefined;
  return isPlainObject(output) && [output['status'], output['statusCode']].some(isHttpError) ? 'error' : undefined;
}

function isHttpError(status: unknown): boolean {
  return typeof status === 'number' && status >= 400 && status <= 599;
}

/** Whether JSON is JSON where it was asked for, and the application's own check agrees. */
function isRight<I>(
  input: I,
  output: unknown,
  completion: Completion | undefined,
  { validate }: CacheabilityRules<I>,
): boolean {
  const isJson = completion !== undefined && asksForJson(input) && !completion.hasToolCalls && !completion.hasRefusal;
  const values = isJson ? parsedTexts(completion.texts) : [output];
  return values !== undefined && (validate === undefined || values.every((value) => isValid(value, input, validate)));
}

function isValid<I>(value: unknown, input: I, validate: (value: unknown, input: I) => boolean): boolean {
  try {
    const verdict: unknown = validate(value, input);
    ignoreRejection(verdict);
    return verdict === true; // a promise of a verdict is none, and neither is a result that may say either
  } catch {
    return false; // schemas that throw have said what they think
  }
}
