import { type RunningStep, type Step, type WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import { followWhole, isOngoing } from 'tta-dev-primitives/internal';
import { registerTopic } from 'tta-observability-integration/telemetry';
import { Comparing } from './comparing.ts';
import { type ShadowOptions, type ShadowSettings, shadowSettingsOf } from './shadow-options.ts';
import { ShadowStatistics, type ShadowStats } from './shadow-statistics.ts';
import { isInSlice } from './slice.ts';
import { shadowTopic } from './topic.ts';

/**
 * Shows whether routing keeps its promise, by asking the baseline too for a slice of live traffic, and comparing both answers.
 *
 * Wrap a router or a cascade. The caller gets its answer at once and as it is, a stream at its own pace; only then the baseline is
 * asked, with a context, a deadline and a cancellation of its own, within `maxPerMinute`, `maxPending` and `budgetUsd`. Whatever the
 * baseline, the grading or the callbacks do, no caller notices. The input must not be changed after the step has answered.
 *
 * An answer that came from the baseline is compared with itself, which costs nothing; with a `cheap` step, with the cheap answer, and
 * then the statistics say too whether routing beats a random mix at the same spend. Savings here are realised: both calls were made.
 *
 * @throws TypeError or RangeError that names the option, if an option is not what it should be
 * @example
 * ```ts
 * const shadowed = new ShadowPrimitive(router, {
 *   baseline: { step: askLarge, model: 'gpt-4o' },
 *   share: 0.02,
 *   budgetUsd: 5, // a day
 * });
 * shadowed.getStats().retained; // { share: 0.992, low: 0.984, high: 1.0 }
 * ```
 */
export class ShadowPrimitive<I, O> extends WorkflowPrimitive<I, O> {
  override readonly kind = 'shadow';
  readonly #settings: ShadowSettings<I, O>;
  readonly #statistics: ShadowStatistics;
  readonly #comparing: Comparing<I, O>;

  constructor(work: Step<I, O>, options: ShadowOptions<I, O>) {
    const settings = shadowSettingsOf(work, options);
    super(settings.operation);
    registerTopic(shadowTopic);
    this.#settings = settings;
    this.#statistics = new ShadowStatistics(settings);
    this.#comparing = new Comparing(settings, this.#statistics);
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    const { step, baseline, cheap } = this.#settings;
    return cheap === undefined ? [step, baseline.step] : [step, baseline.step, cheap.step];
  }

  /** What was found so far. Costs milliseconds when something was compared since the last time. */
  getStats(): ShadowStats {
    return this.#statistics.read(this.name);
  }

  /** Waits until nothing is being compared, such as before a process ends. Never rejects. */
  settled(): Promise<void> {
    return this.#comparing.settled();
  }

  override toString(): string {
    const { total, comparisons, retained, promise, realisedSavedShare } = this.getStats();
    const percent = (share: number | null): string => (share === null ? '?' : (100 * share).toFixed(1));
    const quality = `${percent(retained.share)} % [${percent(retained.low)}, ${percent(retained.high)}] retained`;
    const saved = `${percent(realisedSavedShare)} % saved`;
    return `ShadowPrimitive(${this.name}: ${total} requests, ${comparisons} compared; ${quality}, promise ${promise}; ${saved})`;
  }

  protected override async run(input: I, context: WorkflowContext, running: RunningStep): Promise<O> {
    const { note, call } = running;
    note('shadow.operation', this.name);
    this.#statistics.began();
    const isChosen = isInSlice(this.#settings.slice, input, context);
    if (!isChosen) {
      this.#comparing.end('not_chosen', note);
      return this.#settings.step.execute(input, context);
    }
    const { output: answer, record } = call(this.#settings.step, input, context);
    let output: O;
    try {
      output = await answer;
    } catch (error) {
      this.#comparing.end('unanswered', note);
      throw error;
    }
    return followWhole(output, (whole) => {
      if (whole === undefined && isOngoing(output)) this.#comparing.end('unanswered', note);
      else this.#comparing.begin(input, context, running, whole as O | readonly unknown[], record); // a value may be undefined
    });
  }
}
