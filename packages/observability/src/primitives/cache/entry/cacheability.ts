import { ignoreRejection } from 'tta-dev-primitives/internal';
import { type Completion, completionOf } from '../../../llm/completion.ts';
import type { AnswerReading, FinishKind } from '../../../llm/dialects/answer-reading.ts';
import { eventReader } from '../../../llm/dialects/bytes/body-reader.ts';
import type { Dialect } from '../../../llm/dialects/dialect.ts';
import { readAnswer } from '../../../llm/dialects/registry.ts';
import { isPlainObject } from '../../../llm/fields.ts';
import { type ModelRequest, modelRequestOf } from '../../../llm/model-request.ts';
import type { CacheSkipReason } from '../facts.ts';

/** An answer that may be stored. */
export interface CacheableAnswer<I = unknown> {
  readonly input: I;
  /** The output; of a stream the array of all its chunks. */
  readonly output: unknown;
  readonly isStream: boolean;
  /** What the answer says about itself, if it is a model's answer. */
  readonly completion: Completion | undefined;
  /** Why the built-in rules would not store it; undefined if they would. */
  readonly objection: CacheSkipReason | undefined;
}

/** An answer that has not been read yet. */
export interface UnjudgedAnswer<I> {
  readonly input: I;
  readonly output: () => unknown;
  readonly isStream: boolean;
}

/** Rules that the application decides. */
export interface CacheabilityRules<I = unknown> {
  /** Whether to store answers that ask for tool calls. @defaultValue false */
  readonly cacheToolCalls?: boolean | undefined;
  /** Whether refusals are stored. @defaultValue true */
  readonly cacheRefusals?: boolean | undefined;
  /** Whether a value is valid: the parsed JSON of each choice if the request asks for JSON, otherwise the output. */
  readonly validate?: ((value: unknown, input: I) => boolean) | undefined;
}

/** What was known about an answer before it was judged. */
export interface Judging {
  /** The dialect of the request. @defaultValue found by its fields */
  readonly request?: ModelRequest | undefined;
  /** What the answer says. @defaultValue read now */
  readonly reading?: AnswerReading | undefined;
}

/**
 * Describes an answer and says what speaks against storing it: a model's answer that was cut short, filtered, failed, empty, ended for
 * an unknown reason, refers to something that the provider keeps, asks for a tool to be called, or is not JSON though JSON was asked
 * for; any other value that is missing, empty or an HTTP error.
 *
 * Temperature does not matter: for a cached call, any of its answers is acceptable.
 */
export function judge<I>(
  input: I,
  output: unknown,
  isStream: boolean,
  rules: CacheabilityRules<I> = {},
  known: Judging = {},
): CacheableAnswer<I> {
  return judgeAnswer({ input, output: () => output, isStream }, rules, known);
}

/** As `judge`; reads `output` only if a rule needs it. */
export function judgeAnswer<I>(
  answer: UnjudgedAnswer<I>,
  rules: CacheabilityRules<I>,
  known: Judging,
): CacheableAnswer<I> {
  const { input, isStream } = answer;
  const { request = modelRequestOf(input), reading = readOutput(answer.output(), isStream, request?.dialect) } = known;
  const completion = reading && completionOf(reading);
  const asksForJson = request?.requests.asksForJson(request.fields) === true;
  const objection =
    (reading === undefined ? objectionTo(answer.output(), isStream) : objectionToReading(reading, rules)) ??
    (isRight(answer, asksForJson ? completion : undefined, rules) ? undefined : 'invalid');
  return new JudgedAnswer(answer, completion, objection);
}

/** An answer whose output is read when it is needed, because the output of a stream has to be parsed. */
class JudgedAnswer<I> implements CacheableAnswer<I> {
  readonly input: I;
  readonly isStream: boolean;
  readonly completion: Completion | undefined;
  readonly objection: CacheSkipReason | undefined;
  readonly #answer: UnjudgedAnswer<I>;

  constructor(answer: UnjudgedAnswer<I>, completion: Completion | undefined, objection: CacheSkipReason | undefined) {
    this.input = answer.input;
    this.isStream = answer.isStream;
    this.completion = completion;
    this.objection = objection;
    this.#answer = answer;
  }

  get output(): unknown {
    return this.#answer.output();
  }
}

/** What is known of an output: a whole answer, the chunks of a stream, or a stream of texts that are those of events. */
export function readOutput(
  output: unknown,
  isStream: boolean,
  dialect: Dialect | undefined,
): AnswerReading | undefined {
  if (!isStream || !Array.isArray(output) || typeof output[0] !== 'string') return readAnswer(output, dialect);
  const reader = eventReader(dialect);
  reader.add(Buffer.from(output.join('')));
  return reader.end();
}

/** Why an answer with this finish is not stored. An unknown finish is never a good one. */
const OBJECTIONS: Readonly<Record<Exclude<FinishKind, 'complete' | 'tools'>, CacheSkipReason>> = {
  failed: 'error',
  cut: 'length',
  filtered: 'content_filter',
  unfinished: 'no_finish_reason',
  unknown: 'no_finish_reason',
};

function objectionToReading<I>(
  { finish, failure, hasToolCalls, hasRefusal, keepsServerState, isEmpty }: AnswerReading,
  { cacheToolCalls = false, cacheRefusals = true }: CacheabilityRules<I>,
): CacheSkipReason | undefined {
  const ended = (...kinds: (keyof typeof OBJECTIONS)[]): CacheSkipReason | undefined => {
    const kind = kinds.find((candidate) => finish.includes(candidate));
    return kind && OBJECTIONS[kind];
  };
  if (failure !== undefined) return 'error';
  const early = ended('failed', 'cut', 'filtered');
  if (early !== undefined) return early;
  if (keepsServerState) return 'server_state';
  const open = ended('unfinished', 'unknown');
  if (open !== undefined) return open;
  if (!cacheToolCalls && (hasToolCalls || finish.includes('tools'))) return 'tool_calls';
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

/**
 * Whether JSON is JSON where it was asked for, and the application's own check agrees.
 *
 * @param completion - of an answer that should be JSON
 */
function isRight<I>(
  answer: UnjudgedAnswer<I>,
  completion: Completion | undefined,
  { validate }: CacheabilityRules<I>,
): boolean {
  const isJson = completion !== undefined && !completion.hasToolCalls && !completion.hasRefusal;
  if (validate === undefined) return !isJson || parsedTexts(completion.texts) !== undefined;
  const values = isJson ? parsedTexts(completion.texts) : [answer.output()];
  return values?.every((value) => isValid(value, answer.input, validate)) === true;
}

/** The values of texts that should be JSON; undefined if one of them is not. */
function parsedTexts(texts: readonly string[]): readonly unknown[] | undefined {
  try {
    return texts.map((text) => JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function isValid<I>(value: unknown, input: I, validate: (value: unknown, input: I) => boolean): boolean {
  try {
    const verdict: unknown = validate(value, input);
    ignoreRejection(verdict);
    return verdict === true; // a promise is not a verdict, and neither is a result that can mean both
  } catch {
    return false; // schemas that throw have said what they think
  }
}
