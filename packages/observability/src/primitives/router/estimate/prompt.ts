import { countField, field, listOf, soberly } from '../../../llm/fields.ts';
import { charactersOfTools, hasAny } from './prompt-tools.ts';

/** What a prompt may hold besides text. */
export type Modality = 'text' | 'image' | 'audio' | 'video' | 'file';

/** What a request asks of a model, as far as a router needs to know it. */
export interface Prompt {
  /** What is asked: the newest message of the user, or a plain prompt as it is. */
  readonly text: string;
  /** Characters of everything that is sent: instructions, every message, and the tools as JSON. */
  readonly characters: number;
  /** Whether the model is offered tools. */
  readonly hasTools: boolean;
  readonly modalities: ReadonlySet<Modality>;
  /** The most output tokens that the request allows; undefined when it does not say. */
  readonly maxOutputTokens: number | undefined;
}

const TEXT: ReadonlySet<Modality> = new Set<Modality>(['text']);

/** What is known of a request that cannot be read. */
export const NO_PROMPT: Prompt = {
  text: '',
  characters: 0,
  hasTools: false,
  modalities: TEXT,
  maxOutputTokens: undefined,
};

/**
 * Reads a request in the shapes of OpenAI (chat completions, Responses API), Anthropic, Gemini and the AI SDK, or a plain string.
 *
 * Of any other object it takes every text that it holds. It never throws, runs no getter of the request, and keeps nothing of it.
 *
 * @example
 * ```ts
 * promptOf({ messages: [{ role: 'user', content: 'What is a monad?' }], max_tokens: 100 }).text; // 'What is a monad?'
 * ```
 */
export function promptOf(input: unknown): Prompt {
  if (typeof input === 'string') return { ...NO_PROMPT, text: input, characters: input.length };
  return soberly(() => read(input)) ?? NO_PROMPT;
}

function read(input: unknown): Prompt {
  const config = field(input, 'config');
  const generation = field(input, 'generationConfig');
  const tools = [field(input, 'tools'), field(input, 'functions'), field(config, 'tools')].filter(hasAny);
  const reading = new Reading();
  for (const part of [input, config]) {
    for (const name of ['system', 'instructions', 'systemInstruction']) reading.add(field(part, name), 'system');
  }
  for (const name of ['messages', 'input', 'contents', 'prompt']) reading.add(field(input, name), 'user');
  if (!reading.hasText) reading.addAll(input);
  return {
    text: reading.question,
    characters: tools.reduce((sum: number, offered) => sum + charactersOfTools(offered), reading.characters),
    hasTools: tools.length > 0,
    modalities: reading.modalities,
    maxOutputTokens:
      countField(input, 'max_completion_tokens') ??
      countField(input, 'max_output_tokens') ??
      countField(input, 'max_tokens') ??
      countField(input, 'maxOutputTokens') ??
      countField(config, 'maxOutputTokens') ??
      countField(generation, 'maxOutputTokens'),
  };
}

/** Messages lie in lists of parts within lists; nothing real is deeper. */
const MAX_DEPTH = 8;

/** So many objects of an unknown shape are looked at, however large it is. */
const MAX_OBJECTS = 1_000;

/** One request while it is read. */
class Reading {
  characters = 0;
  question = '';
  modalities: ReadonlySet<Modality> = TEXT;
  #objects = 0;

  get hasText(): boolean {
    return this.characters > 0 || this.modalities !== TEXT;
  }

  /** Reads a message, a part of one, or a list of either; the newest text of a user becomes the question. */
  add(value: unknown, role: string, depth = 0): string {
    if (typeof value === 'string') return this.#told(value, role);
    if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return '';
    if (Array.isArray(value)) return this.#addList(value, role, depth);
    const own = field(value, 'role');
    const saidBy = typeof own === 'string' ? own : role;
    this.#notice(modalityOf(value));
    const parts = [field(value, 'text'), field(value, 'content'), field(value, 'parts'), field(value, 'output')];
    const told = parts.map((part) => this.add(part, 'part', depth + 1)).filter((text) => text !== '');
    return this.#asked(told.join('\n'), isToolResult(value) ? 'tool' : saidBy);
  }

  /** Reads every text of an object of unknown shape. */
  addAll(value: unknown): void {
    const texts: string[] = [];
    const visit = (part: unknown, depth: number): void => {
      if (typeof part === 'string') texts.push(part);
      if (typeof part !== 'object' || part === null || depth > MAX_DEPTH || this.#objects >= MAX_OBJECTS) return;
      this.#objects += 1;
      for (const name of Object.keys(part)) visit(field(part, name), depth + 1);
    };
    visit(value, 0);
    this.#told(texts.join('\n'), 'user');
  }

  /** Parts of one message are one text; of several messages each is one. */
  #addList(list: readonly unknown[], role: string, depth: number): string {
    const told = listOf(list).map((item) => this.add(item, typeof item === 'string' ? 'part' : role, depth + 1));
    const isOneText = list.every((item) => typeof item === 'string' || field(item, 'role') === undefined);
    return isOneText ? this.#asked(told.filter((text) => text !== '').join('\n'), role) : '';
  }

  #told(text: string, role: string): string {
    this.characters += text.length;
    return this.#asked(text, role);
  }

  #asked(text: string, role: string): string {
    if (role === 'user' && text !== '') this.question = text;
    return role === 'tool' ? '' : text;
  }

  #notice(modality: Modality | undefined): void {
    if (modality === undefined || this.modalities.has(modality)) return;
    this.modalities = new Set([...this.modalities, modality]);
  }
}

/** What a tool gave back is sent in a message of the user, who has not said it. */
function isToolResult(part: object): boolean {
  const type = field(part, 'type');
  return type === 'tool_result' || type === 'tool-result' || type === 'function_call_output';
}

/** By the word in `type` (OpenAI, Anthropic, AI SDK), or by the media type of data (Gemini). */
function modalityOf(part: object): Modality | undefined {
  const type = field(part, 'type');
  if (typeof type === 'string') {
    if (type.includes('image')) return 'image';
    if (type.includes('audio')) return 'audio';
    if (type.includes('video')) return 'video';
    if (type === 'file' || type === 'input_file' || type === 'document') return 'file';
  }
  const data = field(part, 'inlineData') ?? field(part, 'fileData') ?? field(part, 'inline_data');
  if (data === undefined) return undefined;
  const media = String(field(data, 'mimeType') ?? field(data, 'mime_type') ?? '');
  return (['image', 'audio', 'video'] as const).find((kind) => media.startsWith(`${kind}/`)) ?? 'file';
}
