import { copyOf } from './copy-of.ts';
import type { AnswerCopies } from './payload.ts';

/** One answer that everybody gets, because nobody can change it. */
export class FrozenAnswer implements AnswerCopies {
  readonly #answer: unknown;

  /** @param answer - JSON-like; it is frozen in all its depth */
  constructor(answer: unknown) {
    this.#answer = deeplyFrozen(answer);
  }

  take(): unknown {
    return this.#answer;
  }
}

/** An answer of which everybody gets a copy of their own. */
export class CopiedAnswer implements AnswerCopies {
  readonly #data: unknown;

  /** @param data - as JSON gives it; nobody is given it, and nobody else may have it */
  constructor(data: unknown) {
    this.#data = data;
  }

  take(): unknown {
    return copyOf(this.#data);
  }
}

function deeplyFrozen(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) return answer;
  for (const part of Object.values(answer)) deeplyFrozen(part);
  return Object.freeze(answer);
}
