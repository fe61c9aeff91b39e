import type { Usage } from '../money/usage.ts';
import type { AnswerReading, FinishKind, StatedFailure } from './answer-reading.ts';

/** One choice of an answer, while it is read. */
export interface ChoiceDraft {
  finish: FinishKind | undefined;
  finishReason: string | undefined;
  /** Whether it says anything: text, a refusal, sound, an image, the result of a tool that the provider ran. */
  hasContent: boolean;
  hasToolCalls: boolean;
  hasRefusal: boolean;
  text: string;
}

/** What a dialect has read of an answer so far, chunk by chunk or at once. */
export class AnswerDraft {
  readonly dialect: string;
  usage: Usage | undefined;
  model: string | undefined;
  id: string | undefined;
  keepsServerState = false;
  failure: StatedFailure | undefined;
  /** False for answers that have no choices by nature: embeddings. */
  hasChoices = true;
  readonly #choices = new Map<unknown, ChoiceDraft>();

  constructor(dialect: string) {
    this.dialect = dialect;
  }

  /** The choice with this index or name, made when it is first asked for. */
  choice(index: unknown): ChoiceDraft {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const choice: ChoiceDraft = {
      finish: undefined,
      finishReason: undefined,
      hasContent: false,
      hasToolCalls: false,
      hasRefusal: false,
      text: '',
    };
    this.#choices.set(index, choice);
    return choice;
  }

  /** The reading as it stands now; a choice without a finish is `unfinished`. */
  close(): AnswerReading {
    const finish: FinishKind[] = [];
    const finishReasons: (string | undefined)[] = [];
    const texts: string[] = [];
    let hasToolCalls = false;
    let hasRefusal = false;
    let isSilent = this.#choices.size === 0;
    for (const choice of this.#choices.values()) {
      finish.push(choice.finish ?? 'unfinished');
      finishReasons.push(choice.finishReason);
      texts.push(choice.text);
      hasToolCalls ||= choice.hasToolCalls;
      hasRefusal ||= choice.hasRefusal;
      isSilent ||= !choice.hasContent && !choice.hasToolCalls;
    }
    return {
      dialect: this.dialect,
      usage: this.usage,
      model: this.model,
      id: this.id,
      finish,
      finishReasons,
      texts,
      hasToolCalls,
      hasRefusal,
      isEmpty: this.hasChoices && isSilent,
      keepsServerState: this.keepsServerState,
      failure: this.failure,
    };
  }
}

/** Adds text to what a choice says. */
export function say(choice: ChoiceDraft, text: unknown): void {
  if (typeof text !== 'string' || text === '') return;
  choice.hasContent = true;
  choice.text += text;
}

/**
 * Notes why a choice ended.
 *
 * @param reason - the provider's word; anything except a non-empty text leaves the choice unfinished
 * @param kinds - what the provider's words mean, in lower case
 */
export function finish(choice: ChoiceDraft, reason: unknown, kinds: Readonly<Record<string, FinishKind>>): void {
  if (typeof reason !== 'string' || reason === '') return;
  const word = reason.toLowerCase();
  choice.finishReason = word;
  choice.finish = Object.hasOwn(kinds, word) ? kinds[word] : 'unknown';
}
