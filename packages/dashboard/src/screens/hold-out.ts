import type { HoldOutResult } from 'tta-observability-integration/llm';
import type { RouterTally } from '../data/router-tally.ts';
import type { Tally } from '../data/tally.ts';
import type { HoldOut, MeasuredShare } from '../wire/index.ts';
import { asGoodOf } from './as-good.ts';

/** The measured saving as a share of what a held-out request costs; undefined while too few are held out for an interval. */
export function measuredOf({ holdOut }: Tally): MeasuredShare | undefined {
  const result = holdOut.result();
  return result && measuredShare(result);
}

/** What held-out requests say, beside the estimate. @param estimatedShare - of the baseline */
export function holdOutOf(tally: Tally, estimatedShare: number | null): HoldOut | undefined {
  const result = tally.holdOut.result();
  const measured = result && measuredShare(result);
  if (result === undefined || measured === undefined || estimatedShare === null) return undefined;
  const { treated, heldOut, heldOutUsd } = result;
  const asGood = asGoodOf([...tally.routers.entries()].map(([, router]): RouterTally => router));
  return {
    measured,
    estimatedShare,
    fraction: heldOut / (heldOut + treated),
    costUsd: heldOutUsd,
    ...(asGood !== undefined && { asGood }),
  };
}

function measuredShare({ treated, heldOut, heldOutUsd, savedUsd, interval }: HoldOutResult): MeasuredShare | undefined {
  if (interval === undefined || heldOutUsd === 0 || treated === 0) return undefined;
  const wholeUsd = (heldOutUsd / heldOut) * treated; // what the treated requests would have cost
  return { share: savedUsd / wholeUsd, low: interval.low / wholeUsd, high: interval.high / wholeUsd, n: heldOut };
}
