import { field, listOf } from '../fields.ts';

/** One choice of an answer, as far as it was told. */
export interface Choice {
  /** Why it ended, in the provider's words, in lower case. */
  finishReason: string | undefined;
  /** Whether it says anything: a text, a refusal, sound, an image, the result of a tool that the provider ran. */
  hasContent: boolean;
  /** Whether it asks the application to call a tool. */
  hasToolCalls: boolean;
  hasRefused: boolean;
  /** All its text, without thoughts and refusals. */
  text: string;
}

/** What was found in an answer, whole or in its chunks. */
export class Findings {
  readonly #choices = new Map<unknown, Choice>();
  hasError = false;
  /** Whether the provider keeps something that the answer refers to: a container, a file, a job. */
  hasServerState = false;

  /** Which part of the output is read: a chunk, or one of several whole answers. */
  part = 0;

  /** A choice of a whole answer, which tells it at once. */
  wholeChoice(position: number): Choice {
    return this.choice(`${this.part}:${position}`);
  }

  /** A choice that chunks tell bit by bit. */
  choice(index: unknown): Choice {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const choice = { finishReason: undefined, hasContent: false, hasToolCalls: false, hasRefused: false, text: '' };
    this.#choices.set(index, choice);
    return choice;
  }

  get choices(): readonly Choice[] {
    return [...this.#choices.values()];
  }
}

/** Adds a text to what a choice says. */
export function say(choice: Choice, text: unknown): void {
  if (!hasText(text)) return;
  choice.hasContent = true;
  choice.text += text;
}

/** Adds a refusal to what a choice says; it is an answer too. */
export function refuse(choice: Choice, refusal: unknown): void {
  if (!hasText(refusal)) return;
  choice.hasContent = true;
  choice.hasRefused = true;
}

export function hasText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

export function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** The text of a reason, whatever its case. */
export function reasonIn(value: unknown, name: string): string | undefined {
  const reason = field(value, name);
  return hasText(reason) ? reason.toLowerCase() : undefined;
}

/** Whether a list has an item. */
export function hasItems(value: unknown): boolean {
  return listOf(value).length > 0;
}
