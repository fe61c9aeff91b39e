import type { ShadowAnswer } from './whole-answer.ts';

/** One request that both ways have answered, as `onCompared` is told of it. */
export interface Comparison<I, O> {
  readonly input: I;
  /** The answer that the caller got. */
  readonly given: ShadowAnswer<O>;
  /** The answer of the other call; the same as `given` where the baseline gave it and there is no `cheap` step. */
  readonly other: ShadowAnswer<O>;
  /** Whether the caller's answer came from the baseline itself. */
  readonly isFromBaseline: boolean;
  /** What the cheap answer is worth; where there is none, what the given one is worth. */
  readonly answerQuality: number;
  readonly baselineQuality: number;
}

/** What is kept of a comparison: no word of the request or of an answer. */
export interface ComparisonRow {
  readonly isFromBaseline: boolean;
  /** Quality and cost of what the caller got, in US dollars, and of the baseline. */
  readonly answer: number;
  readonly baseline: number;
  readonly answerUsd: number | null;
  readonly baselineUsd: number | null;
  /** The same of the cheap answer; undefined where only the baseline was asked. */
  readonly cheap: { readonly quality: number; readonly costUsd: number | null } | undefined;
}

export function rowOf({
  given,
  other,
  isFromBaseline,
  answerQuality,
  baselineQuality,
}: Comparison<unknown, unknown>): ComparisonRow {
  const [cheap, baseline] = isFromBaseline ? [other, given] : [given, other];
  return {
    isFromBaseline,
    answer: isFromBaseline ? baselineQuality : answerQuality,
    baseline: baselineQuality,
    answerUsd: given.costUsd,
    baselineUsd: baseline.costUsd,
    cheap: given === other ? undefined : { quality: answerQuality, costUsd: cheap.costUsd },
  };
}

/** The newest comparisons, up to a number of them. */
export class ComparisonWindow {
  readonly #size: number;
  readonly #rows: ComparisonRow[] = [];
  #added = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** How many were ever added. */
  get added(): number {
    return this.#added;
  }

  get rows(): readonly ComparisonRow[] {
    return this.#rows;
  }

  add(row: ComparisonRow): void {
    this.#rows[this.#added % this.#size] = row;
    this.#added += 1;
  }
}
