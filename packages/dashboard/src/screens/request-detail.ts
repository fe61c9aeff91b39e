import type { Observations } from '../data/observations.ts';
import type { SeenRequest } from '../data/seen-request.ts';
import type { Candidate, Decision, RequestComparison, RequestDetail, RequestNames, RequestRow } from '../wire/index.ts';
import { costLinesOf } from './cost-lines.ts';

/** One request; undefined when it is not kept, or never was. */
export function readRequestDetail(observations: Observations, id: string): RequestDetail | undefined {
  const { log } = observations;
  const row = log.find(id);
  if (row === undefined) return undefined;
  const seen = log.detail(row.seq);
  const olderId = log.row(row.seq - 1)?.id;
  const newerId = log.row(row.seq + 1)?.id;
  return {
    row,
    names: seen?.names ?? namesOf(row),
    comparison: comparisonOf(row, seen, observations),
    steps: seen?.steps ?? [],
    ...(seen?.decision !== undefined && { decision: decisionOf(seen, observations) }),
    ...(seen?.stream !== undefined && { stream: seen.stream }),
    costLines: seen === undefined ? [] : costLinesOf(seen, observations.routes),
    ...(olderId !== undefined && { olderId }),
    ...(newerId !== undefined && { newerId }),
  };
}

function namesOf({ id, tenant }: RequestRow): RequestNames {
  return { id, ...(tenant !== undefined && { tenant }), tags: {} };
}

function comparisonOf(row: RequestRow, seen: SeenRequest | undefined, observations: Observations): RequestComparison {
  const { costUsd, baselineUsd, savedUsd, route, cache } = row;
  const expectedUsd = seen?.money.expectedUsd;
  const usual = route === undefined ? undefined : usualFirstChunk(observations, route);
  const baseline = seen?.money.baseline;
  return {
    paidUsd: costUsd,
    failedTriesUsd: seen?.money.wastedUsd ?? null,
    failedTries: seen?.calls.filter(({ failure }) => failure !== undefined).length ?? 0,
    ...(expectedUsd !== undefined && { expectedUsd }),
    ...(baselineUsd !== undefined && {
      baseline: { ...(baseline !== undefined && { route: baseline }), usd: baselineUsd },
    }),
    ...(savedUsd !== undefined && { savedUsd }),
    ...(savedUsd !== undefined && { savedBy: cache === 'hit' || cache === 'shared' ? 'cache' : 'route' }),
    ...(row.firstChunkMs !== undefined && usual !== undefined && { usualFirstChunkMs: usual }),
    ...(seen?.limitMs !== undefined && { limitMs: seen.limitMs }),
  };
}

function usualFirstChunk({ timeline, now }: Observations, route: string): number | null | undefined {
  return timeline.read('1h', now()).all.routes.get(route)?.firstChunks.quantile(0.5);
}

/** The decision, with every route that is known beside the ones that the router named. */
function decisionOf({ decision, money }: SeenRequest, { routes }: Observations): Decision {
  const { router, reason, text, score, isFallback, candidates } = decision as Decision;
  const completed = candidates.map((candidate) => {
    const known = routes.all.find(({ name }) => name === candidate.route);
    const role: Candidate['role'] = candidate.route === money.baseline ? 'baseline' : candidate.role;
    return { ...candidate, model: candidate.model ?? known?.model ?? null, role };
  });
  return {
    router,
    reason,
    text,
    ...(score !== undefined && { score }),
    isFallback,
    candidates: completed.sort(byPrice),
  };
}

function byPrice(one: Candidate, other: Candidate): number {
  return (other.estimateUsd ?? -1) - (one.estimateUsd ?? -1);
}
