import { parseWeights } from 'tta-observability-integration/learning';
import { UsageError } from '../usage-error.ts';
import { textOf } from '../workload/lines.ts';
import type { CalibratedWeights } from './learned.ts';

/** Reads weights as `tta router calibrate` writes them. @throws UsageError if the file holds anything else */
export async function calibratedWeights(path: string): Promise<CalibratedWeights> {
  const text = await textOf(path);
  const { calibration, ...weights } = parsed(path, text);
  if (calibration === undefined) {
    throw new UsageError(`the weights in ${path} are not calibrated, so nothing says which model is good enough when`);
  }
  return { ...weights, calibration };
}

function parsed(path: string, text: string) {
  try {
    return parseWeights(text);
  } catch (error) {
    throw new UsageError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
