import {
  checkNumber,
  functionOption,
  numberOption,
  type OptionRules,
  option,
  readOptions,
  refusal,
} from 'tta-dev-primitives/internal';
import { complexityOf } from '../../../learning/complexity.ts';
import { FEATURE_NAMES, featuresOf } from '../../../learning/features.ts';
import type { RoutingStrategy } from '../strategy.ts';

/** A route, and the highest score of the prompts that are sent to it. */
export interface ComplexityBand<Name extends string = string> {
  readonly route: Name;
  /** @defaultValue Infinity: whatever is left */
  readonly upTo?: number | undefined;
}

export interface ComplexityOptions {
  /** Your own score of a prompt, higher for harder prompts. @defaultValue complexityOf */
  readonly score?: ((text: string) => number) | undefined;
  /** A weight for each feature that counts, by the names of `FEATURE_NAMES`, instead of `score`. @defaultValue none */
  readonly weights?: Readonly<Partial<Record<(typeof FEATURE_NAMES)[number], number>>> | undefined;
}

const OWNER = 'byComplexity';

const WEIGHTS = Object.fromEntries(FEATURE_NAMES.map((name) => [name, numberOption()]));

const RULES = {
  score: functionOption(),
  weights: option((owner, name, value) => readOptions(owner, value as object, WEIGHTS, name)),
} satisfies OptionRules<ComplexityOptions>;

/**
 * Sends simple prompts to the first route and harder ones to later routes, by an untrained score.
 *
 * The score is a starting point. Calibrate it on your own graded answers (`tta router calibrate`). On several workloads it does
 * no better than chance at equal cost, and on open-ended chat worse. The bounds therefore have no default. With graded answers,
 * use `byLearned`.
 *
 * @param bands - from the simplest to the hardest; the last one takes what is left
 * @throws TypeError or RangeError that names the band and what is wrong with it
 * @example
 * ```ts
 * byComplexity([{ route: 'small', upTo: 3.2 }, { route: 'large' }])
 * ```
 */
export function byComplexity<const Name extends string>(
  bands: readonly ComplexityBand<Name>[],
  options: ComplexityOptions = {},
): RoutingStrategy<unknown, Name> {
  const ladder = ladderOf(bands);
  const score = scoreOf(readOptions(OWNER, options, RULES));
  const thresholds = ladder.filter(({ upTo }) => upTo !== Infinity);
  return {
    name: 'byComplexity',
    reasons: ['complexity'],
    routes: bands.map(({ route }) => route),
    decide(_input, _context, candidates, { text }) {
      const value = score(text);
      const needed = ladder.findIndex(({ upTo }) => value <= upTo);
      if (needed < 0) return undefined;
      // A harder route can answer a simple prompt as well, while a simpler one may fail at a hard one: it is the last resort.
      const suitable = [...ladder.slice(needed), ...ladder.slice(0, needed).toReversed()];
      const among = suitable.map(({ route }) => route).filter((name) => candidates.some((each) => each.name === name));
      const [route] = among;
      if (route === undefined) return undefined;
      return { route, reason: 'complexity', score: { value, thresholds }, among };
    },
  };
}

interface Bound {
  readonly route: string;
  readonly upTo: number;
}

function ladderOf<Name extends string>(bands: readonly ComplexityBand<Name>[]): readonly Bound[] {
  if (!Array.isArray(bands) || bands.length === 0) {
    throw new TypeError(refusal(OWNER, 'bands', bands, 'a list of at least one { route, upTo }'));
  }
  let least = -Infinity;
  return bands.map(({ route, upTo = Infinity }: ComplexityBand<Name>, index) => {
    if (typeof route !== 'string') throw new TypeError(refusal(OWNER, `bands[${index}].route`, route, 'a text'));
    checkNumber(OWNER, `bands[${index}].upTo`, upTo, { above: least, allowInfinity: true });
    least = upTo;
    return { route, upTo };
  });
}

function scoreOf({ score, weights }: ComplexityOptions): (text: string) => number {
  if (weights === undefined) return score ?? complexityOf;
  if (score !== undefined) throw new TypeError(`${OWNER}: score and weights exclude each other, but both are given`);
  const ordered = FEATURE_NAMES.map((name) => weights[name]);
  return (text) => featuresOf(text).reduce((sum, feature, index) => sum + feature * (ordered[index] ?? 0), 0);
}
