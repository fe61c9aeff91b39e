import {
  anyOption,
  booleanOption,
  functionOption,
  nameOption,
  numberOption,
  type OptionRules,
  readOptions,
  refusal,
  wordOption,
} from 'tta-dev-primitives/internal';
import { type PriceSource, priceSourceOption } from '../../llm/money/price-source.ts';
import { isStep, PRICED_STEP_RULES, type PricedStep, pricedPrimitive } from '../priced-step.ts';
import type { Acceptance } from './accept/acceptance.ts';
import { type CascadePromise, checkPromise } from './promise.ts';
import type { GradeDiffering, QualityWatchSettings } from './quality-watch.ts';
import type { SelfSwitchSettings } from './self-switch.ts';
import { CascadeStage, checkOrder, type MemberInit, SingleStage } from './stage.ts';

/** A stage that asks one step, with its own rule instead of the cascade's. */
export interface JudgedStep<I, O> extends PricedStep<I, O> {
  readonly accept?: Acceptance<I, O> | undefined;
}

/** A way to answer: a step, alone or with its price and its rule, or what `agreement` and `selfConsistency` make. */
export type StageInit<I, O> = MemberInit<I, O> | JudgedStep<I, O> | CascadeStage<I, O>;

export interface CascadeOptions<I, O> {
  /**
   * Decides whether the answer of a stage is good enough. The last stage is not judged. Stages of `agreement` and
   * `selfConsistency` need no rule.
   */
  readonly accept?: Acceptance<I, O> | undefined;
  /** How long a rule may take, in milliseconds. A rule that takes longer accepts nothing. @defaultValue 30_000 */
  readonly acceptTimeoutMs?: number | undefined;
  /** Names the cascade in metrics, spans and statistics. @defaultValue 'cascade' */
  readonly operation?: string | undefined;
  /**
   * Where prices come from, for steps without a price of their own. A model call further inside a step takes its prices from its own options.
   *
   * @defaultValue bundledPrices
   */
  readonly prices?: PriceSource | undefined;
  /** Whether the cheap stages are skipped while they cost more than they save. @defaultValue true */
  readonly selfSwitch?: boolean | undefined;
  /** How many priced requests are needed before the first such decision. @defaultValue 50 */
  readonly minRequests?: number | undefined;
  /** While the cheap stages are skipped, one request in this many still uses them. @defaultValue 20 */
  readonly probeEvery?: number | undefined;
  /**
   * Whether graded rows show that the accepted answers of `agreement` and `selfConsistency` keep `qualityTarget`. If
   * that is unknown, some of them are checked: the last stage is asked too and its answer is returned. Once the answers
   * differ too often, the cheap stages are skipped permanently.
   * @defaultValue 'unknown'
   */
  readonly quality?: 'unknown' | 'shown' | undefined;
  /**
   * What graded rows show, instead of `quality` and `qualityTarget`. The cascade states it. It keeps checking accepted
   * answers if the promise says how many of them differ, or if `grade` is set. {@link certifiedCascade} reads it from a
   * file.
   */
  readonly promise?: CascadePromise | undefined;
  /** The share of the last stage's quality to keep. @defaultValue 0.98 */
  readonly qualityTarget?: number | undefined;
  /**
   * While the quality is unknown, one accepted answer in this many is checked. `Infinity` checks none. @defaultValue 50
   */
  readonly checkEvery?: number | undefined;
  /**
   * Grades a checked answer that differs from that of the last stage. Without it, each differing answer counts as a
   * loss.
   */
  readonly grade?: GradeDiffering<I, O> | undefined;
}

/** A stage, ready to be asked. */
export interface NamedStage<I, O> {
  readonly name: string;
  readonly stage: CascadeStage<I, O>;
  readonly accept: Acceptance<I, O> | undefined;
}

/** The last stage asks one step, whose answer is given whatever it is. */
export interface LastStage<I, O> extends NamedStage<I, O> {
  readonly stage: SingleStage<I, O>;
}

export interface CascadeSettings<I, O> {
  readonly operation: string;
  readonly cheap: readonly NamedStage<I, O>[];
  readonly last: LastStage<I, O>;
  readonly prices: PriceSource | undefined;
  readonly acceptTimeoutMs: number;
  readonly selfSwitch: SelfSwitchSettings | undefined;
  readonly watch: QualityWatchSettings;
  readonly promise: CascadePromise | undefined;
  readonly grade: GradeDiffering<I, O> | undefined;
}

const OWNER = 'CascadePrimitive';

const RULES = {
  accept: functionOption(),
  acceptTimeoutMs: numberOption({ above: 0, allowInfinity: true }, 30_000),
  operation: nameOption,
  prices: priceSourceOption,
  selfSwitch: booleanOption(true),
  minRequests: numberOption({ atLeast: 1, isInteger: true }, 50),
  probeEvery: numberOption({ atLeast: 2, isInteger: true }, 20),
  quality: wordOption(['unknown', 'shown'], 'unknown'),
  promise: anyOption, // checked with those that it stands for
  qualityTarget: numberOption({ above: 0, atMost: 1 }, 0.98),
  checkEvery: numberOption({ atLeast: 1, allowInfinity: true }, 50),
  grade: functionOption(),
} satisfies OptionRules<CascadeOptions<never, unknown>>;

const STAGE_RULES: OptionRules<JudgedStep<never, unknown>> = { ...PRICED_STEP_RULES, accept: functionOption() };

/** @throws TypeError or RangeError that names the option, the value and what is allowed */
export function cascadeSettingsOf<I, O>(
  inits: Readonly<Record<string, StageInit<I, O>>>,
  options: CascadeOptions<I, O>,
): CascadeSettings<I, O> {
  const read = readOptions(OWNER, options, RULES);
  const { accept, acceptTimeoutMs, operation = 'cascade', prices, selfSwitch, minRequests, probeEvery } = read;
  const { promise, checkEvery, grade } = read;
  if (promise !== undefined) {
    checkPromise(OWNER, promise);
    if (options.quality !== undefined || options.qualityTarget !== undefined) {
      throw new TypeError(`${OWNER}: promise stands for quality and qualityTarget, so they must be left out`);
    }
  }
  const quality = promise === undefined ? read.quality : 'shown';
  const stages = stagesOf(inits, accept);
  const last = stages.at(-1);
  if (last === undefined || stages.length < 2) {
    throw new RangeError(`${OWNER}: stages must be two or more, the cheapest first, but they are ${stages.length}`);
  }
  if (!isLast(last)) throw new TypeError(`${OWNER}: the last stage must be one step, because its answer is not judged`);
  const cheap = stages.slice(0, -1);
  for (const { name, stage, accept: rule } of cheap) {
    if (rule !== undefined || !(stage instanceof SingleStage)) continue;
    throw new TypeError(
      `${OWNER}: accept must be a function, or no stage but the last could be judged: ${name} has no rule`,
    );
  }
  return {
    operation,
    cheap,
    last,
    prices,
    acceptTimeoutMs,
    selfSwitch: selfSwitch ? { minRequests, probeEvery } : undefined,
    watch: {
      state: quality,
      target: promise?.target ?? read.qualityTarget,
      checkEvery,
      isGraded: grade !== undefined,
      isWatched: quality === 'unknown' || (promise !== undefined && (promise.differing ?? grade) !== undefined),
      differing: promise?.differing,
    },
    promise,
    grade,
  };
}

function isLast<I, O>(stage: NamedStage<I, O>): stage is LastStage<I, O> {
  return stage.stage instanceof SingleStage;
}

function stagesOf<I, O>(
  inits: Readonly<Record<string, StageInit<I, O>>>,
  accept: Acceptance<I, O> | undefined,
): readonly NamedStage<I, O>[] {
  if (typeof inits !== 'object' || inits === null || isStep(inits)) {
    throw new TypeError(refusal(OWNER, 'stages', inits, 'an object of steps by name, the cheapest first'));
  }
  checkOrder(OWNER, 'stages', inits);
  return Object.entries(inits).map(([name, init]) => {
    const option = `stages[${JSON.stringify(name)}]`;
    if (init instanceof CascadeStage) return { name, stage: init, accept };
    const stage = new SingleStage(pricedPrimitive(OWNER, option, name, init, STAGE_RULES));
    const own = isStep(init) ? undefined : (init as JudgedStep<I, O>).accept;
    return { name, stage, accept: own ?? accept };
  });
}
