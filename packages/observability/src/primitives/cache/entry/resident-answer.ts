import { setAccount } from '../../../llm/account.ts';
import type { AnswerCopies } from './payload.ts';

/** One answer that everybody gets, because nobody can change it. */
export class FrozenAnswer implements AnswerCopies {
  readonly #answer: unknown;

  /** @param answer - JSON-like; it is frozen in all its depth */
  constructor(answer: unknown) {
    this.#answer = deeplyFrozen(answer);
    setAccount(answer, 'unpaid');
  }

  take(): unknown {
    return this.#answer;
  }

  takeUnpaid(): unknown {
    return this.#answer;
  }
}

/** The text of an answer, read anew for everybody who takes it. */
export class TextAnswer implements AnswerCopies {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  take(): unknown {
    return JSON.parse(this.#text);
  }

  takeUnpaid(): unknown {
    const answer = this.take();
    setAccount(answer, 'unpaid');
    return answer;
  }
}

function deeplyFrozen(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) return answer;
  for (const part of Object.values(answer)) deeplyFrozen(part);
  return Object.freeze(answer);
}
