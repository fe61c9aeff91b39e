import { field } from '../../fields.ts';
import { Gathering, inexact, itemsOf, objectOf, type Rules, without } from '../gathering.ts';
import { CalledGathering, CallGathering } from './calls.ts';
import { lastUsage } from './last-usage.ts';

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

const CHOICE: Rules = {
  delta: 'dropped',
  index: 'latest',
  logprobs: 'dropped',
  finish_reason: 'latest',
  usage: 'dropped',
};

const LOGPROBS: Rules = { content: 'items', refusal: 'items' };

const DELTA: Rules = {
  tool_calls: 'dropped',
  function_call: 'dropped',
  audio: 'dropped',
  role: 'latest',
  content: 'text',
  refusal: 'text',
  reasoning_content: 'text',
  reasoning: 'text',
  annotations: 'items',
};

const AUDIO: Rules = { id: 'latest', expires_at: 'latest', transcript: 'text', data: 'dropped' };

const PIECES = { mayRepeat: false };

/** Gathers a chat completion out of its chunks. @see https://platform.openai.com/docs/api-reference/chat-streaming */
export function assembleChat(chunks: readonly unknown[]): object {
  const answer = new Gathering(CHUNK, { mayRepeat: 'texts' });
  const choices = new Map<unknown, ChoiceGathering>();
  for (const chunk of chunks) {
    if (isError(chunk)) inexact();
    answer.add(withoutGroqUsage(objectOf(chunk)));
    const parts = itemsOf(field(chunk, 'choices') ?? []);
    for (const part of parts) {
      const index = field(part, 'index');
      const choice = choices.get(index) ?? new ChoiceGathering();
      // Without an index, only a single choice is unambiguous.
      if (index === undefined && (parts.length > 1 || choice.isFinished)) inexact();
      choices.set(index, choice.add(objectOf(part)));
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

function isError(chunk: unknown): boolean {
  return field(chunk, 'object') === 'error' || (field(chunk, 'error') ?? null) !== null;
}

/** Groq puts the usage of a stream beside its own id, where a whole answer has only the id. */
function withoutGroqUsage(chunk: Record<string, unknown>): object {
  const { x_groq: groq } = chunk;
  return field(groq, 'usage') === undefined ? chunk : { ...chunk, x_groq: without(objectOf(groq), 'usage') };
}

class ChoiceGathering {
  readonly #choice = new Gathering(CHOICE, PIECES);
  readonly #message = new Gathering(DELTA, PIECES);
  readonly #calls = new Map<unknown, CallGathering>();
  #logprobs: Gathering | undefined;
  #function: CalledGathering | undefined;
  #audio: Gathering | undefined;
  #sound = '';

  get isFinished(): boolean {
    return typeof this.#choice.get('finish_reason') === 'string';
  }

  add(part: Record<string, unknown>): this {
    this.#choice.add(part);
    if (part['logprobs'])
      this.#logprobs = (this.#logprobs ?? new Gathering(LOGPROBS, PIECES)).add(objectOf(part['logprobs']));
    const delta = objectOf(part['delta'] ?? {});
    this.#message.add(delta);
    for (const call of itemsOf(delta['tool_calls'] ?? [])) this.#addCall(objectOf(call));
    if (delta['function_call'])
      this.#function = (this.#function ?? new CalledGathering()).add(objectOf(delta['function_call']));
    if (delta['audio']) this.#addAudio(objectOf(delta['audio']));
    return this;
  }

  whole(): Record<string, unknown> {
    if (!this.isFinished) inexact();
    return {
      ...this.#choice.whole(),
      logprobs: this.#logprobs === undefined ? null : { content: null, refusal: null, ...this.#logprobs.whole() },
      message: this.#messageWhole(),
    };
  }

  #messageWhole(): object {
    const calls = [...this.#calls].sort(([left], [right]) => Number(left) - Number(right));
    const others = {
      ...(calls.length > 0 && { tool_calls: calls.map(([, call]) => call.whole()) }),
      ...(this.#function && { function_call: this.#function.whole() }),
      ...(this.#audio && { audio: { ...this.#audio.whole(), ...(this.#sound !== '' && { data: this.#sound }) } }),
    };
    const told = this.#message.whole();
    const refusal = told['refusal'] || null;
    const saysOtherwise = refusal !== null || Object.keys(others).length > 0;
    const content = saysOtherwise ? told['content'] || null : (told['content'] ?? null);
    return { ...told, ...others, role: told['role'] ?? 'assistant', content, refusal };
  }

  #addCall(call: Record<string, unknown>): void {
    const { index } = call;
    if (!Number.isSafeInteger(index)) inexact();
    const gathering = this.#calls.get(index) ?? new CallGathering();
    this.#calls.set(index, gathering.add(call));
  }

  #addAudio(audio: Record<string, unknown>): void {
    this.#audio = (this.#audio ?? new Gathering(AUDIO, PIECES)).add(audio);
    const { data } = audio;
    if (data === undefined || data === null) return;
    const endsOpen = this.#sound.length % 4 === 0 && !this.#sound.endsWith('='); // else base64 cannot be continued
    if (typeof data !== 'string' || !endsOpen) inexact();
    this.#sound += data;
  }
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
  if (includeUsage) return chunks.some((chunk) => isTold(field(chunk, 'usage'))) ? chunks : undefined;
  return chunks
    .map(objectOf)
    .filter((chunk) => !isTold(chunk['usage']) || itemsOf(chunk['choices']).length > 0)
    .map((chunk) => (chunk['usage'] === null ? without(chunk, 'usage') : chunk));
}

function isTold(usage: unknown): boolean {
  return typeof usage === 'object' && usage !== null;
}
