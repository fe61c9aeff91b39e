/** A piece of work to measure; the answer is awaited. */
export type Work = () => unknown;

/** One comparison: what a piece of work costs, next to the plain code that does the same. */
export interface Comparison {
  readonly name: string;
  readonly work: Work;
  readonly plain: Work;
  /** The work does this many steps in one call; costs are given per step. @defaultValue 1 */
  readonly steps?: number;
  /** Puts something around each batch of the work, unmeasured, and gives the function that takes it away. */
  readonly around?: () => Promise<() => Promise<unknown>>;
  /** How many times as much as the plain code it may cost. */
  readonly allowedRatio: number;
}

export interface Measurement {
  readonly name: string;
  /** CPU nanoseconds per step, medians over the batches. */
  readonly workNs: number;
  readonly plainNs: number;
  /** Medians over the batches of what a pair of neighbouring batches gave. */
  readonly extraNs: number;
  readonly ratio: number;
  readonly allowedRatio: number;
  readonly isWithin: boolean;
}

export interface MeasureOptions {
  /** @defaultValue 15 */
  readonly batches?: number;
  /** How long one batch is to take, in milliseconds of CPU time. @defaultValue 40 */
  readonly batchMs?: number;
}

/**
 * Measures CPU time in one process: a batch of the work and a batch of the plain code take turns, so that a busy machine and
 * the compiler's warm-up disturb both alike.
 */
export async function measure(
  { name, work, plain, steps = 1, around = nothingAround, allowedRatio }: Comparison,
  { batches = 15, batchMs = 40 }: MeasureOptions = {},
): Promise<Measurement> {
  const takeAway = await around();
  const calls = await callsPerBatch(work, batchMs);
  await takeAway();
  const works: number[] = [];
  const plains: number[] = [];
  for (let batch = 0; batch < batches; batch += 1) {
    plains.push((await cpuNs(plain, calls)) / steps);
    const takeAwayAgain = await around();
    works.push((await cpuNs(work, calls)) / steps);
    await takeAwayAgain();
  }
  const pairs = works.map((cost, batch) => ({ cost, plain: plains[batch] ?? Number.NaN }));
  const ratio = median(pairs.map(({ cost, plain }) => cost / plain));
  return {
    name,
    workNs: Math.round(median(works)),
    plainNs: Math.round(median(plains)),
    extraNs: Math.round(median(pairs.map(({ cost, plain }) => cost - plain))),
    ratio: Number(ratio.toFixed(2)),
    allowedRatio,
    isWithin: ratio <= allowedRatio,
  };
}

const nothingAround = async () => async (): Promise<void> => {};

/** Warms the work up, and finds how many calls fill a batch. */
async function callsPerBatch(work: Work, batchMs: number): Promise<number> {
  await cpuNs(work, 5_000);
  const oneCallNs = Math.max(1, await cpuNs(work, 5_000));
  return Math.max(100, Math.round((batchMs * 1e6) / oneCallNs));
}

/** CPU nanoseconds per call, of all threads of the process, so garbage collection counts. */
async function cpuNs(work: Work, calls: number): Promise<number> {
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call += 1) await work();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1_000) / calls;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
