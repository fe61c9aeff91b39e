import { numberOption, type OptionRules, readOptions, required } from 'tta-dev-primitives/internal';

/** What graded rows show of a cascade. Shares are from 0 to 1. */
export interface CascadePromise {
  /** The share of the last stage's quality that is kept. */
  readonly target: number;
  /** The share of the last stage's cost that is saved, at least. */
  readonly savedLow?: number | undefined;
  /** How often such a promise is made and does not hold. */
  readonly alpha?: number | undefined;
  /** How many graded rows show it. */
  readonly rows?: number | undefined;
  /**
   * The most that the share of accepted answers can be, by the rows, that differ from those of the last stage. If more of the checked
   * answers differ than this and the target allow, the rows no longer speak for the traffic.
   */
  readonly differing?: number | undefined;
}

const RULES: OptionRules<CascadePromise> = {
  target: required(numberOption({ above: 0, atMost: 1 })),
  savedLow: numberOption({ atMost: 1 }),
  alpha: numberOption({ above: 0, atMost: 1 }),
  rows: numberOption({ atLeast: 1, isInteger: true }),
  differing: numberOption({ atLeast: 0, atMost: 1 }),
};

/** @throws TypeError or RangeError that names the option */
export function checkPromise(owner: string, promise: CascadePromise): void {
  readOptions(owner, promise, RULES, 'promise');
}

/** The promise in one sentence. @param last - what the last stage is called */
export function promiseSentence({ target, savedLow, alpha, rows }: CascadePromise, last: string): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const saved = savedLow === undefined ? '' : ` and saves at least ${percent(savedLow)} of its cost`;
  const on = rows === undefined ? '' : `, as ${rows} graded rows show`;
  const sure = alpha === undefined ? '' : ` (each wrong in at most ${percent(alpha)} of calibrations)`;
  return `keeps at least ${percent(target)} of the quality of ${last}${saved}${on}${sure}`;
}
