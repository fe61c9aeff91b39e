import {
  type NoteFact,
  type RunningStep,
  type Step,
  type WorkflowContext,
  WorkflowPrimitive,
} from 'tta-dev-primitives';
import {
  anyOption,
  asOnlyWork,
  functionOption,
  nameOption,
  numberOption,
  type OptionRules,
  readOptions,
  required,
  safely,
} from 'tta-dev-primitives/internal';
import { gainOf, parseWeights, predictor, type RoutingWeights } from 'tta-observability-integration/learning';
import { promptOf } from 'tta-observability-integration/llm';
import { registerTopic } from 'tta-observability-integration/telemetry';
import { DriftMonitor } from './drift-monitor.ts';
import type { DriftState } from './facts.ts';
import { scoreDriftTopic } from './topic.ts';

export interface ScoreDriftOptions<I> {
  /** The weights that the router decides by, as `tta router calibrate` writes them, parsed or not. */
  readonly weights: RoutingWeights | string;
  /** How many of the newest scores are compared, from 200; fewer would drift by chance. @defaultValue 1_000 */
  readonly window?: number | undefined;
  /** Scores one request in this number; a score takes a fraction of a millisecond. @defaultValue 1 */
  readonly every?: number | undefined;
  /** What is asked of a model. @defaultValue the newest message of the user, as routers read it */
  readonly promptOf?: ((input: I) => string) | undefined;
  /** Names it in metrics, spans and statistics. @defaultValue the name of the step */
  readonly operation?: string | undefined;
}

/** How far the scores of live traffic have moved. */
export interface ScoreDriftStats {
  readonly operation: string;
  readonly total: number;
  /** Requests that were scored. */
  readonly scored: number;
  /** Requests that have no prompt that can be read. */
  readonly unscored: number;
  /** The population stability index; null before the window was full for the first time. */
  readonly index: number | null;
  /** `major` says: this is other traffic than the threshold was chosen on; calibrate again. Null as above. */
  readonly state: DriftState | null;
}

const OWNER = 'ScoreDriftPrimitive';

const RULES = {
  weights: required(anyOption), // checked as it is parsed
  window: numberOption({ atLeast: 200, atMost: 1_000_000, isInteger: true }, 1_000),
  every: numberOption({ atLeast: 1, isInteger: true }, 1),
  promptOf: functionOption((input: unknown) => promptOf(input).text),
  operation: nameOption,
} satisfies OptionRules<ScoreDriftOptions<never>>;

/**
 * Watches whether live traffic is still what a learned router was calibrated on: a threshold keeps its promise for prompts like those it
 * was chosen on, and for no other ones.
 *
 * It scores requests by the router's own weights, off the caller's path, and compares the newest scores with the histogram in the
 * weights. It holds numbers only. It sees drift of prompts; that models have changed, only graded answers show (`ShadowPrimitive`).
 *
 * @throws TypeError or RangeError if the weights hold no histogram, or an option is not what it should be
 * @example
 * ```ts
 * const watched = new ScoreDriftPrimitive(router, { weights });
 * watched.getStats(); // { index: 0.31, state: 'major', … }
 * ```
 */
export class ScoreDriftPrimitive<I, O> extends WorkflowPrimitive<I, O> {
  override readonly kind = 'score_drift';
  readonly #step: WorkflowPrimitive<I, O>;
  readonly #score: (input: I) => number | undefined;
  readonly #monitor: DriftMonitor;
  readonly #every: number;
  #total = 0;
  #unscored = 0;

  constructor(work: Step<I, O>, options: ScoreDriftOptions<I>) {
    const { window, every, operation, promptOf: read, weights: given } = readOptions(OWNER, options, RULES);
    const weights = parseWeights(given);
    const { calibration } = weights;
    if (calibration?.scores === undefined) {
      throw new TypeError(`${OWNER}: the weights hold no histogram of scores; run \`tta router calibrate\``);
    }
    const primitive = asOnlyWork(work);
    super(operation ?? primitive.name);
    registerTopic(scoreDriftTopic);
    const { predict } = predictor(weights);
    this.#step = primitive;
    this.#every = every;
    this.#monitor = new DriftMonitor(calibration.scores, window);
    const score = (input: I): number | undefined => {
      const prompt = read(input);
      return prompt === '' ? undefined : gainOf(predict(prompt), calibration.cheap, calibration.strong);
    };
    this.#score = score;
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return [this.#step];
  }

  getStats(): ScoreDriftStats {
    const { added, reading } = this.#monitor;
    return {
      operation: this.name,
      total: this.#total,
      scored: added,
      unscored: this.#unscored,
      index: reading?.index ?? null,
      state: reading?.state ?? null,
    };
  }

  override toString(): string {
    const { scored, index, state } = this.getStats();
    const found = index === null ? 'nothing to say yet' : `${state}, index ${index.toFixed(3)}`;
    return `ScoreDriftPrimitive(${this.name}: ${scored} scored; ${found})`;
  }

  protected override async run(input: I, context: WorkflowContext, { note }: RunningStep): Promise<O> {
    note('scoreDrift.operation', this.name);
    if (this.#total % this.#every === 0) setImmediate(() => this.#watch(input, note));
    this.#total += 1;
    return this.#step.execute(input, context);
  }

  #watch(input: I, note: NoteFact): void {
    const score = safely(() => this.#score(input));
    if (score === undefined) {
      this.#unscored += 1;
      return;
    }
    const reading = this.#monitor.add(score);
    if (reading === undefined) return;
    note('scoreDrift.index', reading.index);
    if (reading.isChange) note('scoreDrift.state', reading.state);
  }
}
