import { countField, field, soberly } from '../fields.ts';
import { type Modality, TEXT_ONLY } from './modality.ts';
import { PromptReading } from './prompt-reading.ts';

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

/** What is known of a request that cannot be read. */
export const NO_PROMPT: Prompt = {
  text: '',
  characters: 0,
  hasTools: false,
  modalities: TEXT_ONLY,
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
  const reading = new PromptReading();
  if (Array.isArray(input)) reading.add(input, 'user');
  else readFields(input, reading, ['config', 'generationConfig']);
  if (!reading.hasText) reading.addAll(input);
  const { question: text, characters, hasTools, modalities, maxOutputTokens } = reading;
  return { text, characters, hasTools, modalities, maxOutputTokens };
}

/**
 * Goes through the fields that a request has, because looking for every one that it might have takes several times as long.
 *
 * @param nested - the fields that hold more of the same fields
 */
function readFields(request: unknown, reading: PromptReading, nested: readonly string[]): void {
  if (typeof request !== 'object' || request === null) return;
  for (const name of Object.keys(request)) {
    switch (name) {
      case 'system':
      case 'instructions':
      case 'systemInstruction':
        reading.add(field(request, name), 'system');
        break;
      case 'messages':
      case 'input':
      case 'contents':
      case 'prompt':
        reading.add(field(request, name), 'user');
        break;
      case 'tools':
      case 'functions':
        reading.addTools(field(request, name));
        break;
      case 'max_completion_tokens':
      case 'max_output_tokens':
      case 'max_tokens':
      case 'maxOutputTokens':
        reading.maxOutputTokens = countField(request, name) ?? reading.maxOutputTokens;
        break;
      default:
        if (nested.includes(name)) readFields(field(request, name), reading, []);
    }
  }
}
