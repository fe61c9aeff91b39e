import { readWeights } from '../router/weights-file.ts';
import { UsageError } from '../usage-error.ts';
import type { CalibratedWeights } from './learned.ts';

/** Reads weights as `tta router calibrate` writes them. @throws UsageError if the file holds anything else */
export async function calibratedWeights(path: string, signal?: AbortSignal): Promise<CalibratedWeights> {
  const { calibration, ...weights } = await readWeights(path, signal);
  if (calibration === undefined) {
    throw new UsageError(`the weights in ${path} are not calibrated, so nothing says which model is good enough when`);
  }
  if (calibration.promise !== 'shown') {
    throw new UsageError(`the rows that the weights in ${path} were calibrated on do not show what they promise`);
  }
  return { ...weights, calibration };
}
