import { within } from 'tta-dev-primitives/internal';
import type { StageAnswer } from './accept/acceptance.ts';
import type { QualityState } from './facts.ts';

/** What two answers to the same request are worth, each from 0 to 1; undefined if that cannot be said. */
export type GradeDiffering<I, O> = (
  answer: StageAnswer<I, O>,
  last: StageAnswer<I, O>,
) => DifferingGrades | undefined | PromiseLike<DifferingGrades | undefined>;

export interface DifferingGrades {
  readonly answer: number;
  readonly last: number;
}

export interface QualityWatchSettings {
  readonly state: 'unknown' | 'shown';
  /** The share of the last stage's quality that is to be kept. */
  readonly target: number;
  /** One accepted answer in so many is checked. */
  readonly checkEvery: number;
  /** Whether answers that differ are graded: then what they lose is counted, and not that they differ. */
  readonly isGraded: boolean;
  /** Whether answers are checked at all. */
  readonly isWatched: boolean;
  /** The share of accepted answers that differ without harm, because graded rows show the target all the same. @defaultValue 0 */
  readonly differing?: number | undefined;
}

/** A false alarm is raised at most once in so many cascades, however long they run. */
const FALSE_ALARMS = 20;
/** How boldly the test bets; the mean of all bets is what counts, so none needs to be the right one. */
const BETS = Array.from({ length: 19 }, (_, step) => 0.05 * (step + 1));

/**
 * Watches answers of cheap stages that the last stage was asked about too, and says when they lose more quality than the target allows.
 *
 * If the last stage is always right, `target` is kept as long as the share of accepted answers that lose is at most
 * (1 - target) / (share of requests that are accepted). A betting test against that share raises the alarm; it may be looked at after
 * every check. Without grades an answer that differs counts as lost, though the cheap answer may be the right one; as many as graded
 * rows have shown to do no harm are allowed besides.
 *
 * @see Waudby-Smith, Ramdas: Estimating means of bounded random variables by betting, https://arxiv.org/abs/2010.09686
 */
export class QualityWatch {
  readonly #settings: QualityWatchSettings;
  /** The logarithm of what each bet has made of 1. */
  readonly #wealth = new Float64Array(BETS.length);
  #state: QualityState;
  #judged = 0;
  #accepted = 0;
  #checks = 0;
  #differing = 0;

  constructor(settings: QualityWatchSettings) {
    this.#settings = settings;
    this.#state = settings.state;
  }

  get state(): QualityState {
    return this.#state;
  }

  get checks(): number {
    return this.#checks;
  }

  get differing(): number {
    return this.#differing;
  }

  /** Counts a request that cheap stages were asked, and says whether its accepted answer is to be checked. */
  wantsCheck(isAccepted: boolean): boolean {
    this.#judged += 1;
    if (!isAccepted) return false;
    this.#accepted += 1;
    return this.#settings.isWatched && this.#state !== 'lost' && this.#accepted % this.#settings.checkEvery === 0;
  }

  /**
   * Learns from a check how much quality the accepted answer lost, from -1 to 1; 0 if both answers are the same.
   *
   * @returns whether that has raised the alarm
   */
  observe(lost: number, isDiffering: boolean): boolean {
    this.#checks += 1;
    if (isDiffering) this.#differing += 1;
    const { target, isGraded, differing = 0 } = this.#settings;
    const allowed = ((1 - target) * this.#judged) / Math.max(1, this.#accepted);
    const tolerance = Math.max(1e-6, isGraded ? allowed : allowed + differing);
    const scale = isGraded ? 1 + tolerance : tolerance; // a factor must not fall below 0
    for (const [index, bet] of BETS.entries()) {
      this.#wealth[index] = (this.#wealth[index] as number) + Math.log1p((bet / scale) * (lost - tolerance));
    }
    const mean = this.#wealth.reduce((sum, wealth) => sum + Math.exp(wealth), 0) / BETS.length;
    if (this.#state === 'lost' || mean < FALSE_ALARMS) return false;
    this.#state = 'lost';
    return true;
  }
}

/** How much less an answer is worth than the other; undefined if that cannot be said in time. Never rejects. */
export async function lossWithin<I, O>(
  timeoutMs: number,
  grade: GradeDiffering<I, O>,
  answer: StageAnswer<I, O>,
  last: StageAnswer<I, O>,
): Promise<number | undefined> {
  const grading = within(
    answer.context.clock,
    timeoutMs,
    () => grade(answer, last),
    () => undefined,
  );
  const grades = await grading.catch(() => undefined); // a grader that fails has not graded
  return grades !== undefined && isShare(grades.answer) && isShare(grades.last)
    ? grades.last - grades.answer
    : undefined;
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1;
}
