import type { Prompt } from '../prompt/prompt.ts';

/** So many settled requests are looked back upon. */
const WINDOW = 100;

/**
 * How far the requests of one scope went beyond the most that they were expected to cost: the largest multiple among the newest hundred of
 * the same route and the same kinds of content, and 1 at least. Images, and texts whose characters make more tokens than usual, are what it
 * is for.
 *
 * Each scope has its own in each window, because one answer that costs a thousand times as much says nothing about the requests of others.
 */
export class Headroom {
  readonly #largest = new Map<string, RecentLargest>();

  factorOf(route: string, prompt: Prompt): number {
    return this.#largest.get(kindOf(route, prompt))?.value ?? 1;
  }

  learn(route: string, prompt: Prompt, expectedUsd: number, costUsd: number): void {
    if (!(expectedUsd > 0)) return;
    const kind = kindOf(route, prompt);
    const largest = this.#largest.get(kind) ?? new RecentLargest();
    this.#largest.set(kind, largest);
    largest.add(costUsd / expectedUsd);
  }
}

function kindOf(route: string, { modalities }: Prompt): string {
  return `${[...modalities].sort().join('+')} ${route}`;
}

/** The largest of the newest numbers. Keeps only numbers above 1 that may still become the largest. */
class RecentLargest {
  readonly #decreasing: { readonly place: number; readonly value: number }[] = [];
  #count = 0;

  get value(): number {
    return this.#decreasing[0]?.value ?? 1;
  }

  add(value: number): void {
    this.#count += 1;
    const [largest] = this.#decreasing;
    if (largest !== undefined && largest.place <= this.#count - WINDOW) this.#decreasing.shift();
    if (!(value > 1)) return;
    while ((this.#decreasing.at(-1)?.value ?? Infinity) <= value) this.#decreasing.pop();
    this.#decreasing.push({ place: this.#count, value });
  }
}
