import { countField, field } from '../fields.ts';
import type { Modality } from './modality.ts';
import { PromptReading } from './prompt-reading.ts';

/** What a request asks of a model, as far as a router needs to know it. */
export interface Prompt {
  /** What is asked: the newest message of the user, or a plain prompt as it is. */
  readonly text: string;
  /** Characters of everything that is sent: instructions, every message, and the tools as JSON. */
  readonly characters: number;
  /** How many of them are outside ASCII, which make more tokens. @defaultValue 0 */
  readonly nonAsciiCharacters?: number | undefined;
  /** Whether the model is offered tools. */
  readonly hasTools: boolean;
  readonly modalities: ReadonlySet<Modality>;
  /** The most output tokens that the request allows, of all answers that it asks for; undefined when it does not say. */
  readonly maxOutputTokens: number | undefined;
}

/** Reads a request whose fields have the names that most providers give them; if it holds none of them, all its texts. May throw. */
export function readPrompt(input: unknown): Prompt {
  const reading = new PromptReading();
  if (Array.isArray(input)) reading.add(input, 'user');
  else readFields(input, reading, NESTED);
  if (!reading.hasText) reading.addAll(input);
  const {
    question: text,
    characters,
    nonAsciiCharacters,
    hasTools,
    modalities,
    maxOutputTokens: most,
    answers,
  } = reading;
  const maxOutputTokens = most === undefined ? undefined : most * answers;
  return { text, characters, nonAsciiCharacters, hasTools, modalities, maxOutputTokens };
}

/** Fields that hold more of the same fields. */
const NESTED: readonly string[] = [
  ...['config', 'generationConfig', 'generation_config', 'parameters', 'completion_args', 'options'],
  ...['textGenerationConfig', 'inferenceConfig', 'toolConfig'],
];

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
      case 'system_instruction':
        reading.add(field(request, name), 'system');
        break;
      case 'messages':
      case 'input':
      case 'inputs':
      case 'inputText':
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
      case 'maxTokens':
      case 'max_new_tokens':
      case 'maxTokenCount':
      case 'num_predict':
        reading.maxOutputTokens = countField(request, name) ?? reading.maxOutputTokens;
        break;
      case 'n':
      case 'best_of':
      case 'candidateCount':
        reading.answers = Math.max(reading.answers, countField(request, name) ?? 1);
        break;
      default:
        if (nested.includes(name)) readFields(field(request, name), reading, []);
    }
  }
}
