import type { Usage } from '../money/usage.ts';
import type { AnswerReading, FinishKind, StatedFailure } from './answer-reading.ts';
import type { StreamReader } from './dialect.ts';
import { finishOf } from './finish-words.ts';

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
    const { dialect, usage, model, id, keepsServerState, failure } = this;
    const isEmpty = this.hasChoices && isSilent;
    return {
      dialect,
      usage,
      model,
      id,
      finish,
      finishReasons,
      texts,
      hasToolCalls,
      hasRefusal,
      isEmpty,
      keepsServerState,
      failure,
    };
  }
}

/** Adds text to what a choice says. */
export function say(choice: ChoiceDraft, text: unknown): void {
  if (typeof text !== 'string' || text === '') return;
  choice.hasContent = true;
  choice.text += text;
}

/** Notes that a choice is a refusal, or holds one. */
export function refuse(choice: ChoiceDraft): void {
  choice.hasContent = true;
  choice.hasRefusal = true;
}

/** Words for the end of an answer that a provider uses in a sense of its own, in lower case. */
type OwnWords = Readonly<Record<string, FinishKind>>;

/**
 * Notes why a choice ended.
 *
 * @param reason - the provider's word; anything except a non-empty text leaves the choice unfinished
 * @param own - words that other providers do not use, or not in this sense
 */
export function finish(choice: ChoiceDraft, reason: unknown, own?: OwnWords): void {
  if (typeof reason !== 'string' || reason === '') return;
  const word = reason.toLowerCase();
  choice.finishReason = word;
  choice.finish = (own !== undefined && Object.hasOwn(own, word) ? own[word] : finishOf(word)) ?? 'unknown';
}

/** The same where the provider has no word for an answer that calls tools. */
export function finishOrCall(choice: ChoiceDraft, reason: unknown, own?: OwnWords): void {
  finish(choice, reason, own);
  if (choice.finish === 'complete' && choice.hasToolCalls) choice.finish = 'tools';
}

/** Reads a whole answer. */
export type ReadAnswer = (value: unknown) => AnswerReading;

/** Reads whole answers of a dialect. */
export function draftOf(dialect: string, read: (draft: AnswerDraft, value: unknown) => void): ReadAnswer {
  return (value) => {
    const draft = new AnswerDraft(dialect);
    read(draft, value);
    return draft.close();
  };
}

/**
 * Reads streams of a dialect.
 *
 * @param begin - what becomes of the chunks of one stream; `end` completes the draft, each time it is looked at
 */
export function draftReader(
  dialect: string,
  begin: (draft: AnswerDraft) => { add(chunk: unknown): void; end?(): void },
): () => StreamReader {
  return () => {
    const draft = new AnswerDraft(dialect);
    const steps = begin(draft);
    return {
      add: steps.add,
      reading() {
        steps.end?.();
        return draft.close();
      },
    };
  };
}

/** Reads a whole answer as the only chunk of its stream, for formats in which both look the same. */
export function wholeBy(reader: () => StreamReader): ReadAnswer {
  return (value) => {
    const whole = reader();
    whole.add(value);
    return whole.reading();
  };
}
