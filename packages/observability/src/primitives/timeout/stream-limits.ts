import { functionOption, numberOption, type OptionRules, readOptions, refusal } from 'tta-dev-primitives/internal';

/** How long a streaming output may take; at least one limit must be set. */
export interface StreamLimits {
  /** The longest wait for the first chunk, in milliseconds of the reader's waiting. @defaultValue `idleMs` */
  readonly firstChunkMs?: number | undefined;
  /**
   * The longest wait for any further chunk, in milliseconds of the reader's waiting: a slow reader is not an idle source. Without
   * `firstChunkMs` it holds for the first chunk too.
   */
  readonly idleMs?: number | undefined;
  /** The longest time to the end of the stream, in milliseconds from the start of the execution; a slow reader pays for it. */
  readonly totalMs?: number | undefined;
  /**
   * Whether a chunk shows that the source is getting on; a keep-alive does not, and leaves the waiting time as it was. What it
   * throws fails the stream, and so does a promise, which would count as true.
   * @defaultValue every chunk does
   */
  readonly isProgress?: ((chunk: unknown) => boolean) | undefined;
}

const LIMIT = numberOption({ above: 0, allowInfinity: true });

const RULES = {
  firstChunkMs: LIMIT,
  idleMs: LIMIT,
  totalMs: LIMIT,
  isProgress: functionOption(),
} satisfies OptionRules<StreamLimits>;

/**
 * Checks the limits of a stream.
 *
 * @throws TypeError or RangeError naming the option, its value and what is allowed
 */
export function checkStreamLimits(owner: string, limits: unknown): void {
  const { firstChunkMs, idleMs, totalMs } = readOptions(owner, limits as StreamLimits, RULES, 'stream');
  if ([firstChunkMs, idleMs, totalMs].every((limitMs) => limitMs === undefined)) {
    throw new RangeError(refusal(owner, 'stream', limits, 'an object with firstChunkMs, idleMs or totalMs'));
  }
}
