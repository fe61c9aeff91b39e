import { randomBytes } from 'node:crypto';
import type { Step, WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import {
  anyOption,
  asPrimitive,
  checkNumber,
  functionOption,
  nameOption,
  numberOption,
  type OptionRules,
  readOptions,
  textOption,
} from 'tta-dev-primitives/internal';
import { isVersionOf, type PriceSource, priceSourceOption } from 'tta-observability-integration/llm';
import {
  calledPrimitive,
  type PricedPrimitive,
  type PricedStep,
  pricedPrimitive,
} from 'tta-observability-integration/primitives';
import type { AllowanceSettings } from './allowance.ts';
import type { Comparison } from './comparison.ts';
import { type Agree, type Grade, gradeByAgreement } from './grading.ts';
import type { SliceSettings } from './slice.ts';
import type { ShadowAnswer } from './whole-answer.ts';

export interface ShadowOptions<I, O> {
  /** The strong model alone: what all requests would have gone to. */
  readonly baseline: Step<I, O> | PricedStep<I, O>;
  /**
   * The cheap model. It is asked where the answer came from the baseline, which the control against chance needs.
   * @defaultValue no comparison: the baseline's answer is its own baseline
   */
  readonly cheap?: Step<I, O> | PricedStep<I, O> | undefined;
  /** The share of requests that is compared, from 0 to 1. @defaultValue 0.02 */
  readonly share?: number | undefined;
  /**
   * Names what is always or never in the slice, such as a session. It is hashed with `secret` and not kept.
   * @defaultValue every request is drawn by itself, at random
   */
  readonly sampleBy?: ((input: I, context: WorkflowContext) => string | undefined) | undefined;
  /** Key of the hash; the same in every process that should choose the same slice. @defaultValue random, new for each shadow */
  readonly secret?: string | undefined;
  /** Numbers in [0, 1). @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
  /** How many requests may be compared within any minute. @defaultValue 60 */
  readonly maxPerMinute?: number | undefined;
  /** How many comparisons may be under way at once. @defaultValue 4 */
  readonly maxPending?: number | undefined;
  /** What comparing may cost in each window, grading included, in US dollars. @defaultValue no limit but `maxPerMinute` */
  readonly budgetUsd?: number | undefined;
  /** How long a budget has to last, in milliseconds. @defaultValue one day */
  readonly budgetWindowMs?: number | undefined;
  /** How long one of its calls may take, and how long grading may, in milliseconds. @defaultValue 60_000 */
  readonly timeoutMs?: number | undefined;
  /** What both answers are worth. It excludes `agree`. */
  readonly grade?: Grade<I, O> | undefined;
  /** Whether both answers say the same; the baseline then counts as right. @defaultValue equal but for case, spaces, $ and commas */
  readonly agree?: Agree | undefined;
  /** What the caller's answer cost, in US dollars, all calls that led to it included. @defaultValue what the model calls inside the step cost, or the answer's own tokens at their price */
  readonly answerCost?: ((answer: ShadowAnswer<O>, input: I) => number | null) | undefined;
  /** Whether the caller's answer came from the baseline. @defaultValue whether it names the baseline's `model` */
  readonly isFromBaseline?: ((answer: ShadowAnswer<O>, input: I) => boolean) | undefined;
  /** Told of every comparison, such as a log of graded answers to learn from. */
  readonly onCompared?: ((comparison: Comparison<I, O>) => void) | undefined;
  /** The share of the baseline's quality that routing has promised to keep. @defaultValue 0.98 */
  readonly target?: number | undefined;
  /** How many of the newest comparisons the estimates are made of. @defaultValue 1_000 */
  readonly window?: number | undefined;
  /** The number of comparisons before a verdict. @defaultValue 100 */
  readonly minComparisons?: number | undefined;
  /** Where prices come from. @defaultValue bundledPrices */
  readonly prices?: PriceSource | undefined;
  /** Names the shadow in metrics, spans and statistics. @defaultValue the name of the step */
  readonly operation?: string | undefined;
}

export interface ShadowSettings<I, O> {
  readonly operation: string;
  readonly step: WorkflowPrimitive<I, O>;
  readonly baseline: PricedPrimitive<I, O>;
  readonly cheap: PricedPrimitive<I, O> | undefined;
  readonly slice: SliceSettings<I>;
  readonly allowance: AllowanceSettings;
  readonly timeoutMs: number;
  readonly grade: Grade<I, O>;
  readonly answerCost: ShadowOptions<I, O>['answerCost'];
  readonly isFromBaseline: (answer: ShadowAnswer<O>, input: I) => boolean;
  readonly onCompared: ShadowOptions<I, O>['onCompared'];
  readonly target: number;
  readonly window: number;
  readonly minComparisons: number;
  readonly prices: PriceSource | undefined;
}

const OWNER = 'ShadowPrimitive';

const DAY_MS = 86_400_000;

const RULES = {
  baseline: anyOption, // `pricedPrimitive` checks both
  cheap: anyOption,
  share: numberOption({ atLeast: 0, atMost: 1 }, 0.02),
  sampleBy: functionOption(),
  secret: textOption,
  random: functionOption(() => Math.random()),
  maxPerMinute: numberOption({ atLeast: 1, atMost: 100_000, isInteger: true }, 60),
  maxPending: numberOption({ atLeast: 1, isInteger: true }, 4),
  budgetUsd: numberOption({ above: 0, allowInfinity: true }, Infinity),
  budgetWindowMs: numberOption({ above: 0 }, DAY_MS),
  timeoutMs: numberOption({ above: 0 }, 60_000),
  grade: functionOption(),
  agree: functionOption(),
  answerCost: functionOption(),
  isFromBaseline: functionOption(),
  onCompared: functionOption(),
  target: numberOption({ above: 0, atMost: 1 }, 0.98),
  window: numberOption({ atLeast: 2, atMost: 10_000, isInteger: true }, 1_000),
  minComparisons: numberOption({ atLeast: 2, isInteger: true }, 100),
  prices: priceSourceOption,
  operation: nameOption,
} satisfies OptionRules<ShadowOptions<never, never>>;

/** @throws TypeError or RangeError that names the option, the value and what is allowed */
export function shadowSettingsOf<I, O>(work: Step<I, O>, options: ShadowOptions<I, O>): ShadowSettings<I, O> {
  const read = readOptions(OWNER, options, RULES);
  const { share, maxPerMinute, maxPending, budgetUsd, budgetWindowMs, timeoutMs, target, window, minComparisons } =
    read;
  const { random, sampleBy, secret = randomBytes(32).toString('hex'), grade, agree, prices, operation } = read;
  const { answerCost, isFromBaseline, onCompared } = read;
  checkNumber(OWNER, 'minComparisons', minComparisons, { atLeast: 2, atMost: window, isInteger: true });
  if (grade !== undefined && agree !== undefined) {
    throw new TypeError(`${OWNER}: grade and agree exclude each other, but both are given`);
  }
  const primitive = asPrimitive(work);
  const called = (option: string, init: Step<I, O> | PricedStep<I, O>): PricedPrimitive<I, O> => {
    const priced = pricedPrimitive(OWNER, option, option, init);
    return { ...priced, step: calledPrimitive(priced, prices) };
  };
  const baseline = called('baseline', options.baseline);
  return {
    operation: operation ?? primitive.name,
    step: primitive,
    baseline,
    cheap: options.cheap === undefined ? undefined : called('cheap', options.cheap),
    slice: { share, sampleBy, secret, random },
    allowance: { maxPerMinute, maxPending, budgetUsd, budgetWindowMs },
    timeoutMs,
    grade: grade ?? gradeByAgreement(agree),
    answerCost,
    isFromBaseline:
      isFromBaseline ?? (({ model }) => baseline.model !== undefined && isVersionOf(model, baseline.model)),
    onCompared,
    target,
    window,
    minComparisons,
    prices,
  };
}
