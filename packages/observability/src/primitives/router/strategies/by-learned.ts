import type { WorkflowContext } from 'tta-dev-primitives';
import { booleanOption, numberOption, type OptionRules, readOptions } from 'tta-dev-primitives/internal';
import { chosenModel, gainOf, predictor, unprovenProblem } from '../../../learning/inference.ts';
import { parseWeights, type RoutingCalibration, type RoutingWeights } from '../../../learning/weights.ts';
import type { LedgerScore } from '../../../llm/money/ledger/entry.ts';
import type { Prompt } from '../../../llm/prompt/prompt.ts';
import type { RouteCandidate } from '../routes.ts';
import type { RoutingStrategy } from '../strategy.ts';
import { inOrderOf } from './ranking.ts';

/** How a route is chosen from the chances. Without any of these, the calibration in the weights decides. */
export interface LearnedOptions {
  /**
   * The share of the strong model's quality to keep. Weights that were calibrated for less are refused. @defaultValue
   * the share that they were calibrated for
   */
  readonly target?: number | undefined;
  /**
   * Whether to follow a calibration whose promise was not shown, as `tta router calibrate --force` writes it.
   * @defaultValue false
   */
  readonly allowUnproven?: boolean | undefined;
  /** Takes the cheapest route whose P(good) is lower than the best one's by no more than this. It has no guarantee. */
  readonly threshold?: number | undefined;
  /** Takes the route with the highest P(good) - lambda * cost: how much of P(good) a US dollar is worth. It has no guarantee. */
  readonly lambda?: number | undefined;
}

type Chances = Readonly<Record<string, number>>;

/** The names of routes, best first. */
type Choice = (
  chances: Chances,
  routes: readonly ModelRoute[],
  prompt: Prompt,
  context: WorkflowContext,
) => readonly string[];

/** A route that serves a model known to the weights. */
interface ModelRoute {
  readonly model: string;
  readonly route: RouteCandidate;
}

const OWNER = 'byLearned';

const RULES = {
  target: numberOption({ above: 0, atMost: 1 }),
  allowUnproven: booleanOption(false),
  threshold: numberOption({ atLeast: 0, atMost: 1 }),
  lambda: numberOption({ atLeast: 0 }),
} satisfies OptionRules<LearnedOptions>;

/**
 * Picks the cheapest route that is likely to answer well, learned from graded answers (`tta router train`).
 *
 * A route belongs to the model in its `model`, or to the model with the route's own name. Calibrated weights choose
 * between their two models, with the promise that they were calibrated for; if graded rows do not show it, they are
 * refused. It keeps nothing of prompts. It has no opinion if no route belongs to a model of the weights.
 *
 * @param weights - as `tta router train` and `calibrate` write them, parsed or not
 * @throws TypeError if the weights cannot be used, nothing says how to choose, or their promise was not shown;
 * RangeError if they were calibrated for less than `target`
 */
export function byLearned(weights: RoutingWeights | string, options: LearnedOptions = {}): RoutingStrategy<unknown> {
  const parsed = parseWeights(weights);
  const read = readOptions(OWNER, options, RULES);
  const choose = choiceOf(parsed.calibration, read);
  const isCalibrated = read.threshold === undefined && read.lambda === undefined;
  const { predict, models } = predictor(parsed);
  const known = new Set(models);
  return {
    name: 'byLearned',
    reasons: ['learned'],
    decide(_input, context, candidates, prompt) {
      const routes = candidates.flatMap((route): ModelRoute[] => {
        const model = [route.model, route.name].find((name) => name !== undefined && known.has(name));
        return model === undefined ? [] : [{ model, route }];
      });
      if (routes.length === 0) return undefined;
      const chances = predict(prompt.text);
      const among = choose(chances, routes, prompt, context);
      const [route] = among;
      if (route === undefined) return undefined;
      const score = isCalibrated ? scoreOf(parsed.calibration, chances, routes) : undefined;
      return { route, reason: 'learned', score, among };
    },
  };
}

/** How much more likely the strong model answers well, where that decides. */
function scoreOf(
  calibration: RoutingCalibration | undefined,
  chances: Chances,
  routes: readonly ModelRoute[],
): LedgerScore | undefined {
  if (calibration?.choice !== 'by_score' || calibration.threshold === null) return undefined;
  const { cheap, strong, threshold } = calibration;
  const route = routes.find(({ model }) => model === cheap)?.route.name;
  if (route === undefined) return undefined;
  return { value: gainOf(chances, cheap, strong), thresholds: [{ route, upTo: threshold }] };
}

function choiceOf(calibration: RoutingCalibration | undefined, options: LearnedOptions): Choice {
  const { target, allowUnproven, threshold, lambda } = options;
  if ([target, threshold, lambda].filter((given) => given !== undefined).length > 1) {
    throw new TypeError(`${OWNER}: target, threshold and lambda exclude each other, but more than one is given`);
  }
  if (threshold !== undefined) return cheapestWithin(threshold);
  if (lambda !== undefined) return mostUseful(lambda);
  if (calibration === undefined) {
    throw new TypeError(
      `${OWNER}: the weights are not calibrated; run \`tta router calibrate\`, or give threshold or lambda to choose without a guarantee`,
    );
  }
  if (target !== undefined && target > calibration.target) {
    throw new RangeError(`${OWNER}: target is ${target}, but the weights were calibrated for ${calibration.target}`);
  }
  if (!allowUnproven && calibration.promise !== 'shown')
    throw new TypeError(`${OWNER}: ${unprovenProblem(calibration)}`);
  return calibrated(calibration);
}

/** The calibrated model, cheapest route first; then the strong one, and then the others by their chances. */
function calibrated(calibration: RoutingCalibration): Choice {
  return (chances, routes, prompt, context) => {
    const chosen = chosenModel(calibration, chances);
    const byChance = Object.keys(chances).sort((a, b) => chanceOf(chances, b) - chanceOf(chances, a));
    const order = [chosen, calibration.strong, ...byChance];
    return cheapestFirst(routes, prompt, context)
      .toSorted((a, b) => order.indexOf(a.model) - order.indexOf(b.model))
      .map(({ route }) => route.name);
  };
}

function cheapestWithin(threshold: number): Choice {
  return (chances, routes, prompt, context) => {
    const best = Math.max(...routes.map(({ model }) => chanceOf(chances, model)));
    const byPrice = cheapestFirst(routes, prompt, context);
    const isGood = ({ model }: ModelRoute): boolean => best - chanceOf(chances, model) <= threshold;
    const rest = byPrice.filter((each) => !isGood(each));
    const byChance = rest.toSorted((a, b) => chanceOf(chances, b.model) - chanceOf(chances, a.model));
    return [...byPrice.filter(isGood), ...byChance].map(({ route }) => route.name);
  };
}

/** A route whose price is not known is not known to be useful: it comes last. */
function mostUseful(lambda: number): Choice {
  return (chances, routes, prompt, context) => {
    const models = new Map(routes.map(({ route, model }) => [route.name, model]));
    const cost = (route: RouteCandidate): number => lambda * (route.estimate(prompt, context).costUsd ?? Infinity);
    return inOrderOf(
      routes.map(({ route }) => route),
      (route) => (lambda === 0 ? 0 : cost(route)) - chanceOf(chances, models.get(route.name) ?? ''),
    ).map(({ name }) => name);
  };
}

function cheapestFirst(routes: readonly ModelRoute[], prompt: Prompt, context: WorkflowContext): readonly ModelRoute[] {
  const byName = new Map(routes.map((each) => [each.route.name, each]));
  return inOrderOf(
    routes.map(({ route }) => route),
    (route) => route.estimate(prompt, context).costUsd ?? Infinity,
  ).flatMap(({ name }) => byName.get(name) ?? []);
}

function chanceOf(chances: Chances, model: string): number {
  return chances[model] ?? 0;
}
