/** A piece of work to measure; the answer is awaited. */
export type Work = () => unknown;

/** One comparison: what a piece of work costs, next to other code that does the same: plain code, or a peer's. */
export interface Comparison {
  readonly name: string;
  readonly work: Work;
  readonly other: Work;
  /** The work does this many steps in one call; costs are given per step. @defaultValue 1 */
  readonly steps?: number;
  /** Warm-up rounds. Large code needs more, because it takes longer to be compiled. @defaultValue 10 */
  readonly warmingRounds?: number;
  /** Puts something around each batch of the work, unmeasured, and gives the function that takes it away. */
  readonly around?: () => Promise<() => Promise<unknown>>;
  /** The same for the other code. @defaultValue nothing */
  readonly aroundOther?: () => Promise<() => Promise<unknown>>;
  /** How many times as much as the other code it may cost; below 1 where it must be cheaper. */
  readonly allowedRatio: number;
  /** What it should cost, where that is not reached yet; `allowedRatio` then only catches that it gets worse. */
  readonly targetRatio?: number;
  /**
   * What `allowedRatio` comes to on a machine where an awaited call of an empty function costs {@link EMPTY_CALL_NS}. The gate is
   * the ratio: nanoseconds differ from machine to machine and with its load, while both sides of a ratio differ alike.
   */
  readonly allowedExtraNs?: number;
}

/** What an awaited call of an empty function costs on the machine where allowances in nanoseconds were agreed upon. */
const EMPTY_CALL_NS = 100;

/** An allowance beside the bare call of a step, given in nanoseconds: 350 ns on top of 100 ns are a ratio of 4.5. */
export function extraNs(allowedExtraNs: number): Pick<Comparison, 'allowedRatio' | 'allowedExtraNs'> {
  return { allowedRatio: (EMPTY_CALL_NS + allowedExtraNs) / EMPTY_CALL_NS, allowedExtraNs };
}

export interface Measurement {
  readonly name: string;
  /** CPU nanoseconds per step, medians over the batches. */
  readonly workNs: number;
  readonly otherNs: number;
  /** Medians over the batches of what a pair of neighbouring batches gave. */
  readonly extraNs: number;
  readonly ratio: number;
  readonly allowedRatio: number;
  readonly targetRatio?: number | undefined;
  readonly allowedExtraNs?: number | undefined;
  readonly isWithin: boolean;
}

export interface MeasureOptions {
  /** @defaultValue 15 */
  readonly batches?: number;
  /** How long one batch is to take, in milliseconds of CPU time. @defaultValue 40 */
  readonly batchMs?: number;
}

/**
 * Measures CPU time in one process: a batch of the work and a batch of the other code take turns, so that a busy machine and
 * the compiler's warm-up disturb both alike. Batches are of equal time, and not of equal calls, because a peer may cost a hundred
 * times as much.
 */
export async function measure(
  {
    name,
    work,
    other,
    steps = 1,
    warmingRounds = WARMING.rounds,
    around = nothingAround,
    aroundOther = nothingAround,
    allowedRatio,
    targetRatio,
    allowedExtraNs,
  }: Comparison,
  { batches = 15, batchMs = 40 }: MeasureOptions = {},
): Promise<Measurement> {
  const takeAway = await around();
  const workCalls = await callsPerBatch(work, batchMs, warmingRounds);
  await takeAway();
  const takeAwayFromOther = await aroundOther();
  const otherCalls = await callsPerBatch(other, batchMs, WARMING.rounds);
  await takeAwayFromOther();
  const pairs: { readonly workNs: number; readonly otherNs: number }[] = [];
  for (let batch = 0; batch < batches; batch += 1) {
    const takeAwayOther = await aroundOther();
    const otherNs = (await cpuNs(other, otherCalls)) / steps;
    await takeAwayOther();
    const takeAwayAgain = await around();
    const workNs = (await cpuNs(work, workCalls)) / steps;
    await takeAwayAgain();
    pairs.push({ workNs, otherNs });
  }
  const ratio = median(pairs.map(({ workNs, otherNs }) => workNs / otherNs));
  return {
    name,
    workNs: Math.round(median(pairs.map(({ workNs }) => workNs))),
    otherNs: Math.round(median(pairs.map(({ otherNs }) => otherNs))),
    extraNs: Math.round(median(pairs.map(({ workNs, otherNs }) => workNs - otherNs))),
    ratio: Number(ratio.toPrecision(3)),
    allowedRatio,
    targetRatio,
    allowedExtraNs,
    isWithin: ratio <= allowedRatio,
  };
}

const nothingAround = async () => async (): Promise<void> => {};

/** Rounds of warming up, and how long each is to take, in milliseconds: the first calls are slow, and would tell of no other. */
const WARMING = { rounds: 10, roundMs: 40 } as const;

/** A round has at most so many times the calls of the one before: where CPU time is told in ticks, a short one seems to cost nothing. */
const MAX_GROWTH = 50;

/** Warms the work up, and finds how many calls fill a batch. */
async function callsPerBatch(work: Work, batchMs: number, rounds: number): Promise<number> {
  let calls = 50;
  let oneCallNs = 0;
  for (let round = 0; round < rounds; round += 1) {
    oneCallNs = Math.max(1, await cpuNs(work, calls));
    calls = Math.min(callsIn(WARMING.roundMs, oneCallNs), calls * MAX_GROWTH);
  }
  return callsIn(batchMs, oneCallNs);
}

function callsIn(ms: number, oneCallNs: number): number {
  return Math.ceil((ms * 1e6) / oneCallNs);
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
