import { countField, field, hasItems, isGiven, isObject, listOf, objectField } from '../../fields.ts';
import {
  type Gatherer,
  Gathering,
  inexact,
  itemsOf,
  ListGathering,
  objectOf,
  type Rules,
  without,
} from '../gathering.ts';
import { CalledGathering, CallGathering } from './calls.ts';

/** Fields of a chunk. Other texts (`provider` of OpenRouter) say the same in every chunk; other lists and numbers may be pieces. */
const CHUNK: Rules = {
  citations: 'same', // Perplexity
  search_results: 'same',
  images: 'same',
  related_questions: 'same',
  choices: 'dropped',
  object: 'dropped',
  obfuscation: 'dropped',
  created: 'latest',
  model: 'latest',
  system_fingerprint: 'latest',
  service_tier: 'latest',
  usage: 'dropped',
};

const AUDIO: Rules = { id: 'latest', expires_at: 'latest', transcript: 'text', data: () => new Base64Gathering() };

const DELTA: Rules = {
  tool_calls: () => new ListGathering(() => new CallGathering()),
  function_call: () => new CalledGathering(),
  audio: () => new Gathering(AUDIO),
  role: 'latest',
  content: 'text',
  refusal: 'text',
  reasoning_content: 'text',
  reasoning: 'text',
  annotations: 'items',
};

const CHOICE: Rules = {
  delta: () => new Gathering(DELTA),
  message: 'dropped', // Perplexity repeats it beside the delta
  index: 'latest',
  logprobs: () => new Gathering({ content: 'items', refusal: 'items' }),
  finish_reason: 'latest',
  usage: 'dropped',
};

/** Gathers a chat completion out of its chunks. @see https://platform.openai.com/docs/api-reference/chat-streaming */
export function assembleChat(chunks: readonly unknown[]): object {
  const answer = new Gathering(CHUNK, { mayRepeat: 'texts' });
  const choices = new Map<unknown, ChoiceGathering>();
  for (const chunk of chunks) {
    if (field(chunk, 'object') === 'error' || isGiven(field(chunk, 'error'))) inexact();
    answer.add(withoutGroqUsage(objectOf(chunk)));
    const parts = itemsOf(field(chunk, 'choices') ?? []);
    for (const part of parts) {
      const index = field(part, 'index');
      const choice = choices.get(index) ?? new ChoiceGathering();
      // Without an index, only a single choice is unambiguous.
      if (index === undefined && (parts.length > 1 || choice.isFinished)) inexact();
      choices.set(index, choice.add(part));
    }
  }
  if (choices.size === 0 || (choices.size > 1 && choices.has(undefined))) inexact();
  return {
    ...answer.whole(),
    usage: lastUsage(chunks) ?? inexact(), // a whole answer always tells its usage
    object: 'chat.completion',
    choices: [...choices.values()]
      .map((choice) => choice.whole())
      .sort((left, right) => Number(left['index']) - Number(right['index'])),
  };
}

/** Groq puts the usage of a stream beside its own id, where a whole answer has only the id. */
function withoutGroqUsage(chunk: Record<string, unknown>): object {
  const { x_groq: groq } = chunk;
  return field(groq, 'usage') === undefined ? chunk : { ...chunk, x_groq: without(objectOf(groq), 'usage') };
}

class ChoiceGathering extends Gathering {
  constructor() {
    super(CHOICE);
  }

  get isFinished(): boolean {
    return typeof this.get('finish_reason') === 'string';
  }

  override whole(): Record<string, unknown> {
    if (!this.isFinished) inexact();
    const { delta = {}, logprobs, ...choice } = super.whole();
    return {
      ...choice,
      logprobs: isObject(logprobs) ? { content: null, refusal: null, ...logprobs } : null,
      message: messageOf(objectOf(delta)),
    };
  }
}

/** What a message says in place of a text. */
const IN_PLACE_OF_TEXT = ['tool_calls', 'function_call', 'audio'] as const;

function messageOf(delta: Record<string, unknown>): object {
  const told = hasItems(delta, 'tool_calls') ? delta : without(delta, 'tool_calls');
  const { content = null, role = 'assistant' } = told;
  const refusal = told['refusal'] || null;
  const saysOtherwise = refusal !== null || IN_PLACE_OF_TEXT.some((name) => name in told);
  return { ...told, role: role ?? 'assistant', content: saysOtherwise ? content || null : content, refusal };
}

/** Gathers data in base64, which cannot be continued after the padding at its end. */
class Base64Gathering implements Gatherer {
  #data = '';

  add(piece: unknown): void {
    if (typeof piece !== 'string' || this.#data.length % 4 !== 0 || this.#data.endsWith('=')) inexact();
    this.#data += piece;
  }

  whole(): string {
    return this.#data;
  }
}

const TOTALS = ['prompt_tokens', 'completion_tokens', 'total_tokens'] as const;

/**
 * The usage that a whole answer would state: the last one of the stream that counts anything.
 *
 * @throws if the counts of a stream fall, because then either usage may be right
 */
function lastUsage(chunks: readonly unknown[]): object | undefined {
  let last: object | undefined;
  for (const usage of chunks.flatMap(usagesIn)) {
    if (TOTALS.every((name) => (countField(usage, name) ?? 0) === 0)) continue;
    if (TOTALS.some((name) => (countField(usage, name) ?? 0) < (countField(last, name) ?? 0))) inexact();
    last = usage;
  }
  return last;
}

/** Usages at the top of a chunk; of Groq in its own field; of Moonshot in a choice. */
function usagesIn(chunk: unknown): object[] {
  const holders = [chunk, field(chunk, 'x_groq'), ...listOf(field(chunk, 'choices'))];
  return holders.map((holder) => objectField(holder, 'usage')).filter(isObject);
}

/** The chunks of a chat completion: for each choice what it says at once, then its end; last the usage, if it is wanted. */
export function chunksOfChat(whole: Record<string, unknown>, includeUsage: boolean): object[] {
  const { choices: _choices, usage: _usage, ...told } = whole;
  const head = { ...told, object: 'chat.completion.chunk' };
  const usage = includeUsage ? { usage: null } : {};
  const chunks = itemsOf(whole['choices'])
    .map(objectOf)
    .flatMap(({ message, finish_reason, index, ...others }) => [
      { ...head, choices: [{ ...others, index, delta: deltaOf(objectOf(message)), finish_reason: null }], ...usage },
      { ...head, choices: [{ index, delta: {}, logprobs: null, finish_reason }], ...usage },
    ]);
  return includeUsage ? [...chunks, { ...head, choices: [], usage: whole['usage'] }] : chunks;
}

function deltaOf(message: Record<string, unknown>): object {
  const { tool_calls: calls } = message;
  if (!Array.isArray(calls)) return message;
  return { ...message, tool_calls: calls.map((call, index) => ({ index, ...objectOf(call) })) };
}

/** The chunks for a request that wants the usage, or does not. */
export function withUsage(chunks: readonly unknown[], includeUsage: boolean): readonly unknown[] | undefined {
  if (includeUsage) return chunks.some((chunk) => isObject(field(chunk, 'usage'))) ? chunks : undefined;
  return chunks
    .map(objectOf)
    .filter((chunk) => !isObject(chunk['usage']) || itemsOf(chunk['choices']).length > 0)
    .map((chunk) => (chunk['usage'] === null ? without(chunk, 'usage') : chunk));
}
