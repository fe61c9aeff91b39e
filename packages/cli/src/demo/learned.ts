import type { RoutingCalibration, RoutingWeights } from 'tta-observability-integration/learning';
import { byLearned } from 'tta-observability-integration/primitives';
import { counted, percent } from '../output/format.ts';
import type { Answering, AnsweringOptions } from './answering.ts';
import { answeringByRouter } from './routed.ts';

/** Weights that say between which two models to choose, and where. */
export type CalibratedWeights = RoutingWeights & { readonly calibration: RoutingCalibration };

/** The cheap model answers, or the strong one where graded answers taught that it is needed. */
export function answeringByLearned(options: AnsweringOptions, weights: CalibratedWeights): Answering {
  const { cheap, strong, target, rows, choice } = weights.calibration;
  return answeringByRouter(options, byLearned(weights), (routes) => {
    const [kept = 0, sent = 0] = [cheap, strong].map((name) => routes[name]?.requests);
    return [
      `By weights that were calibrated on ${counted(rows, 'graded row')} to keep ${percent(target)} of the quality of ${strong}, ` +
        `${kept} of ${counted(kept + sent, 'call')} went to ${cheap}.`,
      ...(choice === 'always_strong' ? ['No threshold was sure enough to keep that, so none was to go there.'] : []),
      'Rows that the weights were trained or calibrated on flatter them; --split leaves them out.',
    ].join(' ');
  });
}
