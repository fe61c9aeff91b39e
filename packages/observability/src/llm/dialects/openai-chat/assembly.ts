import { field } from '../../fields.ts';
import { Gathering, inexact, itemsOf, objectOf, type Rules, without } from '../gathering.ts';

/** Fields of a chunk; the others (`citations` of Perplexity, `provider` of OpenRouter) say the same in every chunk. */
const CHUNK: Rules = {
  choices: 'dropped',
  object: 'dropped',
  obfuscation: 'dropped',
  created: 'latest',
  model: 'latest',
  system_fingerprint: 'latest',
  service_tier: 'latest',
  usage: 'latest',
};

const CHOICE: Rules = { delta: 'dropped', index: 'latest', logprobs: 'dropped', finish_reason: 'latest' };

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

const CALL: Rules = { index: 'dropped', id: 'latest', type: 'latest', function: 'dropped', custom: 'dropped' };

const CALLED: Rules = { name: 'latest', arguments: 'text', input: 'text' };

const AUDIO: Rules = { id: 'latest', expires_at: 'latest', transcript: 'text', data: 'dropped' };

const ALIKE = { mayRepeat: true };
const PIECES = { mayRepeat: false };

/** Gathers a chat completion out of its chunks. @see https://platform.openai.com/docs/api-reference/chat-streaming */
export function assembleChat(chunks: readonly unknown[]): object {
  const answer = new Gathering(CHUNK, ALIKE);
  const choices = new Map<unknown, ChoiceGathering>();
  for (const chunk of chunks) {
    answer.add(objectOf(chunk));
    for (const part of itemsOf(field(chunk, 'choices') ?? [])) {
      const index = field(part, 'index');
      const choice = choices.get(index) ?? new ChoiceGathering();
      choices.set(index, choice.add(objectOf(part)));
    }
  }
  if (!isTold(answer.get('usage')) || choices.size === 0) inexact(); // a whole answer always tells its usage
  return {
    ...answer.whole(),
    object: 'chat.completion',
    choices: [...choices.values()]
      .map((choice) => choice.whole())
      .sort((left, right) => Number(left['index']) - Number(right['index'])),
  };
}

class ChoiceGathering {
  readonly #choice = new Gathering(CHOICE, ALIKE);
  readonly #message = new Gathering(DELTA, PIECES);
  readonly #calls = new Map<unknown, CallGathering>();
  #logprobs: Gathering | undefined;
  #function: Gathering | undefined;
  #audio: Gathering | undefined;
  #sound = '';

  add(part: Record<string, unknown>): this {
    this.#choice.add(part);
    if (part['logprobs'])
      this.#logprobs = (this.#logprobs ?? new Gathering(LOGPROBS, PIECES)).add(objectOf(part['logprobs']));
    const delta = objectOf(part['delta'] ?? {});
    this.#message.add(delta);
    for (const call of itemsOf(delta['tool_calls'] ?? [])) this.#addCall(objectOf(call));
    if (delta['function_call'])
      this.#function = (this.#function ?? new Gathering(CALLED, PIECES)).add(objectOf(delta['function_call']));
    if (delta['audio']) this.#addAudio(objectOf(delta['audio']));
    return this;
  }

  whole(): Record<string, unknown> {
    if (typeof this.#choice.get('finish_reason') !== 'string') inexact();
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

class CallGathering {
  readonly #call = new Gathering(CALL, PIECES);
  readonly #called = new Map<string, Gathering>();

  add(call: Record<string, unknown>): this {
    this.#call.add(call);
    for (const kind of ['function', 'custom']) {
      if (call[kind] === undefined || call[kind] === null) continue;
      const called = this.#called.get(kind) ?? new Gathering(CALLED, PIECES);
      this.#called.set(kind, called.add(objectOf(call[kind])));
    }
    return this;
  }

  whole(): object {
    const called = Array.from(this.#called, ([kind, gathering]) => [kind, gathering.whole()]);
    return { ...this.#call.whole(), ...Object.fromEntries(called) };
  }
}

/** The chunks of a chat completion: for each choice what it says at once, then its end; last the usage, if it is wanted. */
export function chunksOfChat(whole: Record<string, unknown>, includeUsage: boolean): object[] {
  const head = { ...without(whole, 'choices', 'usage'), object: 'chat.completion.chunk' };
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

/** Whether the chunks tell the usage. */
export function tellsUsage(chunks: readonly unknown[]): boolean {
  return chunks.some((chunk) => isTold(field(chunk, 'usage')));
}

/** The chunks as a request gets them that does not ask for the usage. */
export function chatWithoutUsage(chunks: readonly unknown[]): unknown[] {
  return chunks
    .map(objectOf)
    .filter((chunk) => !isTold(chunk['usage']) || itemsOf(chunk['choices']).length > 0)
    .map((chunk) => (chunk['usage'] === null ? without(chunk, 'usage') : chunk));
}

function isTold(usage: unknown): boolean {
  return typeof usage === 'object' && usage !== null;
}
