import { ownText } from 'tta-dev-primitives/internal';
import { boundedKey } from './bounded-key.ts';
import { BudgetWindow } from './budget-window.ts';

/** The budgets of all scopes, each in its present window. */
export class Budgets {
  readonly #limitUsd: number;
  readonly #windowMs: number;
  readonly #maxScopes: number;
  readonly #windows = new Map<string, BudgetWindow>();
  #index = -Infinity;
  #others: BudgetWindow | undefined;

  constructor(limitUsd: number, windowMs: number, maxScopes: number) {
    this.#limitUsd = limitUsd;
    this.#windowMs = windowMs;
    this.#maxScopes = maxScopes;
  }

  /** The present window of a scope. Past the most scopes, new ones share one budget, because forgetting one would spend it twice. */
  of(scope: string, epochMs: number): BudgetWindow {
    this.#moveTo(epochMs);
    const key = boundedKey(scope);
    const known = this.#windows.get(key);
    if (known !== undefined) return known;
    const fresh = new BudgetWindow(this.#index, this.#limitUsd);
    if (this.#windows.size >= this.#maxScopes) return (this.#others ??= fresh);
    this.#windows.set(ownText(key), fresh);
    return fresh;
  }

  /** How much of the present window is left, in milliseconds. */
  leftMs(epochMs: number): number {
    this.#moveTo(epochMs);
    return Math.min(this.#windowMs, (this.#index + 1) * this.#windowMs - epochMs);
  }

  /** Windows begin at multiples of their length since the Unix epoch. A wall clock that is set back stays in the window it was in. */
  #moveTo(epochMs: number): void {
    const index = Math.floor(epochMs / this.#windowMs);
    if (index <= this.#index) return;
    this.#index = index;
    this.#windows.clear();
    this.#others = undefined;
  }
}
