import { InvalidArgumentError } from 'commander';

/** What all commands of `tta router` may be told. */
export interface LogOptions {
  /** Which rows to take, by their member `split`. */
  readonly split?: readonly string[] | undefined;
  readonly json?: boolean | undefined;
}

/** Two models, as far as they were named. */
export interface NamedPair {
  readonly cheap?: string | undefined;
  readonly strong?: string | undefined;
}

export interface TrainOptions extends LogOptions, NamedPair {
  /** Whether to learn a verifier of the cheap model's answers too. */
  readonly verifier?: boolean | undefined;
  /** Where the weights go. */
  readonly out: string;
  readonly models?: readonly string[] | undefined;
  readonly hashBits?: number | undefined;
  readonly seed: number;
}

/** What the commands that choose or measure thresholds may be told. */
export interface PairOptions extends LogOptions, NamedPair {
  readonly weights: string;
  /** Whether it is about the verifier in the weights, which decides after the cheap call. */
  readonly verifier?: boolean | undefined;
  readonly target?: number | undefined;
  /** A file of prices. */
  readonly prices?: string | undefined;
  readonly seed: number;
}

export interface CalibrateOptions extends PairOptions {
  readonly target: number;
  /** Where the calibrated weights go. @defaultValue the file they came from */
  readonly out?: string | undefined;
  /** The most that the cheap calls of one request can cost, in US dollars. @defaultValue twice the largest in the rows */
  readonly maxCheapCost?: number | undefined;
  /** Whether to write weights although the rows do not show their promise. */
  readonly force?: boolean | undefined;
}

export interface CertifyOptions extends LogOptions {
  readonly cheap: string;
  /** Another cheap model, whose answer is compared. */
  readonly second?: string | undefined;
  readonly strong: string;
  readonly target: number;
  /** Where the weights go. */
  readonly out: string;
  readonly hashBits?: number | undefined;
  /** A file of prices. */
  readonly prices?: string | undefined;
  /** The most that the cheap calls of one request can cost, in US dollars. @defaultValue twice the largest in the rows */
  readonly maxCheapCost?: number | undefined;
  /** Whether to write weights although the rows do not show their promise. */
  readonly force?: boolean | undefined;
  readonly seed: number;
}

export interface ReportOptions {
  readonly json?: boolean | undefined;
  readonly baseline?: string | undefined;
  /** Weights whose scores the rows are compared with. */
  readonly weights?: string | undefined;
  readonly prices?: string | undefined;
  readonly seed: number;
}

/** Reads the share of quality that is to be kept. */
export function targetArgument(text: string): number {
  const target = text.trim() === '' ? Number.NaN : Number(text);
  if (target > 0 && target <= 1) return target;
  throw new InvalidArgumentError('It must be a number above 0 and at most 1, such as 0.98.');
}

/** Reads into how many slots, as a power of two, words are hashed. */
export function hashBitsArgument(text: string): number {
  const bits = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (bits >= 8 && bits <= 20) return bits;
  throw new InvalidArgumentError('It must be a whole number from 8 to 20.');
}
