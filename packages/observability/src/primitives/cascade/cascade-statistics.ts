import type { CascadeOutcome, QualityState, RejectionReason } from './facts.ts';
import type { CascadePromise } from './promise.ts';

/** What a stage has done. */
export interface StageStats {
  /** Requests that came to it. */
  readonly asked: number;
  /** Requests that its answer was given to. */
  readonly answered: number;
  /** Answers of it that were not accepted, and failures, by reason. */
  readonly rejections: Readonly<Partial<Record<RejectionReason, number>>>;
  /** What its calls cost, in US dollars, as far as that is known. */
  readonly costUsd: number;
}

/** What a cascade has done since it was made. */
export interface CascadeStats<Name extends string = string> {
  readonly operation: string;
  /** Executions; those without an answer (failed, cancelled) are `total` less the answers of all stages. */
  readonly total: number;
  readonly stages: Readonly<Record<Name, StageStats>>;
  /** Answers that a cheap stage gave, that the last one gave after the cheap ones, and that it gave alone, switched off. */
  readonly outcomes: Readonly<Record<CascadeOutcome, number>>;
  /** Whether the cheap stages are asked at present. */
  readonly isEnabled: boolean;
  /** How often they were switched off. */
  readonly switchedOff: number;
  readonly costUsd: number;
  /**
   * What the last stage alone would have cost less what all calls cost, in US dollars; an estimate. Losses are kept, those of executions
   * without an answer too.
   */
  readonly costSavingsUsd: number;
  /**
   * Answers whose cost, or whose cost at the last stage, is not known. No saving is claimed for them; what cheap stages are known to
   * have lost on them is kept.
   */
  readonly unpriced: number;
  /** What is known of the quality of accepted answers, how many were checked, and how many of these differed from the last stage's. */
  readonly quality: CascadeQuality;
}

export interface CascadeQuality {
  readonly state: QualityState;
  readonly checks: number;
  readonly differing: number;
  /** What graded rows show of it; absent if nothing was stated. */
  readonly promise?: CascadePromise | undefined;
}

interface StageTally {
  asked: number;
  answered: number;
  readonly rejections: Partial<Record<RejectionReason, number>>;
  costUsd: number;
}

/** Counts for one cascade. */
export class CascadeStatistics {
  readonly #stages: ReadonlyMap<string, StageTally>;
  readonly #outcomes: Record<CascadeOutcome, number> = { accepted: 0, escalated: 0, switched_off: 0 };
  #total = 0;
  #switchedOff = 0;
  #savedUsd = 0;
  #unpriced = 0;

  constructor(stages: Iterable<string>) {
    this.#stages = new Map(Array.from(stages, (name) => [name, { asked: 0, answered: 0, rejections: {}, costUsd: 0 }]));
  }

  begun(): void {
    this.#total += 1;
  }

  asked(stage: string): void {
    this.#of(stage).asked += 1;
  }

  paid(stage: string, costUsd: number): void {
    this.#of(stage).costUsd += costUsd;
  }

  rejected(stage: string, reason: RejectionReason): void {
    const { rejections } = this.#of(stage);
    rejections[reason] = (rejections[reason] ?? 0) + 1;
  }

  answered(stage: string, outcome: CascadeOutcome): void {
    this.#of(stage).answered += 1;
    this.#outcomes[outcome] += 1;
  }

  saved(usd: number): void {
    this.#savedUsd += usd;
  }

  unpriced(): void {
    this.#unpriced += 1;
  }

  switchedOff(): void {
    this.#switchedOff += 1;
  }

  read<Name extends string>(
    operation: string,
    isEnabled: boolean,
    quality: Omit<CascadeQuality, 'promise'>,
    promise: CascadePromise | undefined,
  ): CascadeStats<Name> {
    const stages = Array.from(this.#stages, ([name, tally]): [string, StageStats] => [
      name,
      { ...tally, rejections: { ...tally.rejections } },
    ]);
    return {
      operation,
      total: this.#total,
      stages: Object.fromEntries(stages) as Record<Name, StageStats>,
      outcomes: { ...this.#outcomes },
      isEnabled,
      switchedOff: this.#switchedOff,
      costUsd: stages.reduce((sum, [, { costUsd }]) => sum + costUsd, 0),
      costSavingsUsd: this.#savedUsd,
      unpriced: this.#unpriced,
      quality: {
        state: quality.state,
        checks: quality.checks,
        differing: quality.differing,
        ...(promise === undefined ? {} : { promise }),
      },
    };
  }

  #of(stage: string): StageTally {
    return this.#stages.get(stage) as StageTally; // the stages are those the statistics were made for
  }
}

/** The statistics in one line, for a person. @param compares - true if agreement accepts answers, which proves nothing by itself */
export function describeStats(
  { operation, total, stages, isEnabled, costSavingsUsd, quality }: CascadeStats,
  compares: boolean,
): string {
  const each = Object.entries(stages).map(([name, { answered }]) => `${name} ${answered}`);
  const promised = quality.promise === undefined ? '' : `, keeps ${(100 * quality.promise.target).toFixed(1)} %`;
  const known = quality.state === 'shown' ? promised : compares ? `, quality ${quality.state}` : '';
  const state = `${known}${isEnabled ? '' : ', switched off'}`;
  return `CascadePrimitive(${operation}: ${total} requests, answered by ${each.join(', ')}${state}, $${costSavingsUsd.toFixed(6)} saved)`;
}
