import type { RoutingWeights } from 'tta-observability-integration/learning';
import { UsageError } from '../usage-error.ts';
import type { PairOptions, TrainOptions } from './options.ts';
import type { Pair } from './pair.ts';
import { checkHeads } from './weights-file.ts';

/** The two models that a verifier is learned for; undefined without `--verifier`. @throws UsageError if they are not named */
export function verifierPair({ verifier, cheap, strong, models }: TrainOptions): Pair | undefined {
  if (verifier !== true) {
    if (cheap === undefined && strong === undefined) return undefined;
    throw new UsageError('--cheap and --strong need --verifier');
  }
  if (models !== undefined) throw new UsageError('--verifier learns --cheap and --strong, so leave out --models');
  if (cheap === undefined || strong === undefined) {
    throw new UsageError('--verifier needs --cheap (the model to judge) and --strong (the model to ask otherwise)');
  }
  if (cheap === strong) throw new UsageError(`--cheap and --strong are both ${cheap}, but they must differ`);
  return { cheap, strong };
}

/**
 * The models that were named, or else those that the weights are calibrated for; of a verifier those that it was learned for.
 *
 * @throws UsageError if the weights do not know them
 */
export function pairFor(weights: RoutingWeights, { verifier, cheap, strong, weights: path }: PairOptions): Pair {
  if (verifier === true && weights.verifier === undefined) {
    throw new UsageError(`${path} contains no verifier; \`tta router train --verifier\` learns one`);
  }
  const known = verifier === true ? weights.verifier : weights.calibration;
  const pair = { cheap: cheap ?? known?.cheap, strong: strong ?? known?.strong };
  if (pair.cheap === undefined || pair.strong === undefined) {
    throw new UsageError(`${path} is not calibrated, so --cheap and --strong must name the two models`);
  }
  const second = verifier === true ? weights.verifier?.second : undefined;
  const found = { cheap: pair.cheap, strong: pair.strong, ...(second === undefined ? {} : { second }) };
  checkHeads(weights, found, path);
  if (verifier === true && (found.cheap !== known?.cheap || found.strong !== known.strong)) {
    throw new UsageError(`the verifier in ${path} judges ${known?.cheap} before ${known?.strong}, and no other models`);
  }
  return found;
}
