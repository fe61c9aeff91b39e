import type { Attributes } from '@opentelemetry/api';

/** A piece of a message: a text, a call of a tool, what a tool gave back, or something that is not text. */
export type CapturedPart = Readonly<Record<string, unknown>> & { readonly type: string };

export interface CapturedMessage {
  readonly role: string;
  readonly parts: readonly CapturedPart[];
}

/** What was asked of a model, and what it answered. */
export interface CapturedContent {
  readonly systemInstructions: readonly CapturedPart[];
  readonly inputMessages: readonly CapturedMessage[];
  readonly outputMessages: readonly CapturedMessage[];
  readonly toolDefinitions: readonly unknown[];
}

/** Changes what is captured of a call, or keeps it out with `null`. */
export type Redact = (content: CapturedContent) => CapturedContent | null;

/** Longer texts are cut, and so are lists of messages that take more: the oldest ones are left out. */
const LONGEST_TEXT = 32_768;
const LONGEST_LIST = 131_072;

/** How long an attribute may be that holds messages. */
export const LONGEST_CONTENT: number = 2 * LONGEST_LIST;

/**
 * The attributes that hold prompts and answers. What `redact` fails with is thrown, and nothing is captured.
 *
 * @see https://github.com/open-telemetry/semantic-conventions-genai for their form
 */
export function contentAttributes(content: CapturedContent, redact: Redact | undefined): Attributes {
  const shown = redact === undefined ? content : redact(content);
  if (shown === null || shown === undefined) return {};
  const lists = {
    'gen_ai.system_instructions': shown.systemInstructions,
    'gen_ai.input.messages': shown.inputMessages,
    'gen_ai.output.messages': shown.outputMessages,
    'gen_ai.tool.definitions': shown.toolDefinitions,
  };
  const filled = Object.entries(lists).filter(([, list]) => Array.isArray(list) && list.length > 0);
  return Object.fromEntries(filled.map(([name, list]) => [name, jsonOf(list)]));
}

function jsonOf(list: readonly unknown[]): string {
  const items = list.map((item) => JSON.stringify(item, cutTexts));
  let length = 0;
  const first = items.findLastIndex((item) => {
    length += item.length + 1;
    return length > LONGEST_LIST;
  });
  return `[${items.slice(first + 1).join(',')}]`;
}

function cutTexts(_key: string, value: unknown): unknown {
  return typeof value === 'string' && value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value;
}
