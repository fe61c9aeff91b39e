import type { Observations } from '../data/observations.ts';
import type { RequestLog } from '../data/request-log.ts';
import { foundUsd } from '../data/route-price.ts';
import type { SeenCall } from '../data/seen-request.ts';
import type { PeriodTally } from '../data/timeline.ts';
import type { PolicyLine, RouteInfo } from '../wire/index.ts';

/** A call whose tokens and score are known, and where it went. */
interface Asked {
  readonly route: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly score: number | undefined;
}

interface Strategy {
  readonly title: string;
  readonly how: string;
  /** Where a call would have gone. */
  readonly pick: (asked: Asked) => RouteInfo;
}

/** The scale from the calls that are remembered to all calls of the period, and what both cost. */
interface Sample {
  readonly calls: readonly Asked[];
  readonly spentUsd: number;
}

/**
 * The calls of a period under other strategies over the same routes, the cache as it is: by length, and by other thresholds of the scores that
 * the strategy in use gave. They need the tokens of each call, which are kept for the newest requests alone; the share that their cost would
 * have changed by is taken for that of the whole period.
 */
export function strategiesOf({ log, routes }: Observations, { fromAtMs, all }: PeriodTally): PolicyLine[] {
  const priced = routes.all.filter(({ price, kind }) => price !== null && kind === 'route').sort(byPrice);
  const [cheapest, dearest] = [priced[0], priced.at(-1)];
  const sample = sampleOf(log, fromAtMs, priced);
  if (cheapest === undefined || dearest === undefined || cheapest === dearest || sample.spentUsd === 0) return [];
  return [...byLength(sample, cheapest, dearest), ...byScore(sample, all, cheapest, dearest)].map((strategy) => {
    const picked = sample.calls.map((call) => ({ call, route: strategy.pick(call) }));
    const usd = picked.reduce((sum, { call, route }) => sum + (foundUsd(route, call) ?? 0), 0);
    const costUsd = all.money.spentUsd * (usd / sample.spentUsd);
    const moved = picked.filter(({ call, route }) => call.route !== route.name).length;
    return {
      kind: 'strategy',
      title: strategy.title,
      how: strategy.how,
      costUsd,
      againstNowUsd: costUsd - all.money.spentUsd,
      otherRoute: Math.round((moved / sample.calls.length) * callsOf(all)),
      asGood: null,
    };
  });
}

function callsOf({ usage }: PeriodTally['all']): number {
  let calls = 0;
  for (const [, tokens] of usage.asked.entries()) calls += tokens.answers;
  return calls;
}

function sampleOf(log: RequestLog, fromAtMs: number, routes: readonly RouteInfo[]): Sample {
  const calls: Asked[] = [];
  let spentUsd = 0;
  for (const { seq, atMs, totalMs } of log.newestFirst()) {
    const seen = log.detail(seq);
    if (seen === undefined || atMs + totalMs < fromAtMs) break;
    for (const call of seen.calls) {
      const route = routes.find(({ name }) => name === call.route);
      const usd = route && usdOf(call, route);
      if (call.usage === undefined || usd === undefined) continue;
      const { inputTokens, outputTokens } = call.usage;
      calls.push({ route: call.route, inputTokens, outputTokens, score: seen.decision?.score });
      spentUsd += usd;
    }
  }
  return { calls, spentUsd };
}

/** Priced like the alternatives, to compare like with like. */
function usdOf({ usage }: SeenCall, route: RouteInfo): number | undefined {
  return usage && foundUsd(route, usage);
}

function byLength({ calls }: Sample, cheapest: RouteInfo, dearest: RouteInfo): Strategy[] {
  const lengths = calls.map(({ inputTokens }) => inputTokens).sort((one, other) => one - other);
  return [0.5, 0.75].map((share) => {
    const limit = lengths[Math.min(lengths.length - 1, Math.floor(share * lengths.length))] ?? 0;
    return {
      title: `By length, up to ${limit.toLocaleString('en-US')} tokens in`,
      how: `${cheapest.name}, longer ones ${dearest.name}`,
      pick: ({ inputTokens }) => (inputTokens <= limit ? cheapest : dearest),
    };
  });
}

/** The thresholds in use, moved by a quarter either way. */
function byScore(
  { calls }: Sample,
  { routers }: PeriodTally['all'],
  cheapest: RouteInfo,
  dearest: RouteInfo,
): Strategy[] {
  const scored = calls.filter(({ score }) => score !== undefined).length;
  const thresholds = [...routers.entries()].flatMap(([, router]) => router.scores.thresholds);
  const [first, ...others] = thresholds;
  if (first === undefined || others.length > 0 || scored < calls.length) return [];
  return [0.75, 1.25].map((factor) => {
    const limit = Number((first.upTo * factor).toPrecision(2));
    return {
      title: `Threshold ${limit} in place of ${Number(first.upTo.toPrecision(2))}`,
      how: `${cheapest.name}, above ${dearest.name}`,
      pick: ({ score = 0 }) => (score <= limit ? cheapest : dearest),
    };
  });
}

function byPrice(one: RouteInfo, other: RouteInfo): number {
  return totalOf(one) - totalOf(other);
}

function totalOf({ price }: RouteInfo): number {
  return (price?.inUsd ?? 0) + (price?.outUsd ?? 0);
}
