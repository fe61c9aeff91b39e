import { wilson } from 'tta-dev-primitives/internal';
import type { RouterTally } from '../data/router-tally.ts';
import type { MeasuredShare } from '../wire/index.ts';

/** How often the answer of a route was as good as the baseline's; undefined while none was compared. */
export function asGoodOf(routers: readonly RouterTally[]): MeasuredShare | undefined {
  const [asGood, compared] = routers.reduce(
    ([good, all], { shadow }) => [good + shadow.asGood, all + shadow.compared],
    [0, 0],
  );
  return compared === 0 ? undefined : { ...wilson(asGood, compared), n: compared };
}
