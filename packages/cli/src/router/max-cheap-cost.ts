import { InvalidArgumentError } from 'commander';
import { assumedCheapCost, largestCheapCost } from 'tta-evaluation';
import { UsageError } from '../usage-error.ts';
import type { Asked } from './refusal.ts';

/** Reads the most that the cheap calls of one request can cost, in US dollars. */
export function costArgument(text: string): number {
  const cost = text.trim() === '' ? Number.NaN : Number(text);
  if (cost > 0 && cost < Infinity) return cost;
  throw new InvalidArgumentError('It must be a number of US dollars above 0.');
}

/** @throws UsageError if the declared limit is below a cost in the rows */
export function checkMaxCheapCost({ choices, mostCheapCost }: Asked): void {
  const largest = largestCheapCost(choices);
  if (mostCheapCost === undefined || mostCheapCost >= largest) return;
  throw new UsageError(
    `--max-cheap-cost is ${mostCheapCost}, but in one row the cheap calls cost ${largest}; declare at least that`,
  );
}

/** Under which limit a saving is shown, in one sentence; undefined if there is nothing to limit. */
export function costNote({ choices, mostCheapCost }: Asked): string | undefined {
  const assumed = assumedCheapCost(choices);
  if (assumed === 0) return undefined;
  const dollars = (usd: number): string => `$${usd.toPrecision(3)}`;
  return mostCheapCost === undefined
    ? `The saving is shown if the cheap calls of no request cost more than ${dollars(assumed)}, twice the largest in these rows; declare your limit with --max-cheap-cost.`
    : `The saving is shown for cheap calls that cost at most ${dollars(mostCheapCost)} in each request, as declared.`;
}
