import { safely } from 'tta-dev-primitives/internal';
import type { ModelContent } from '../content/message.ts';

/** What was asked and answered. It can be read while it is stated and not afterwards, so no record of a request keeps a prompt. */
export class StatedContent {
  #read: (() => ModelContent) | undefined;

  constructor(read: () => ModelContent) {
    this.#read = read;
  }

  /** Undefined once it has been stated, or if it cannot be read. */
  read(): ModelContent | undefined {
    return safely(() => this.#read?.());
  }

  release(): void {
    this.#read = undefined;
  }
}
