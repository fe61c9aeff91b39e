import type { Facts, ReportedExecution } from 'tta-dev-primitives';
import type { LedgerDecision } from './entry.ts';
import { everyFact, type Placed } from './placed.ts';
import { savingOf, sumOrUnknown } from './savings.ts';
import { withoutMissing } from './without-missing.ts';

/** The decisions of all routers, in the order in which they began. */
export function decisionsIn(placed: readonly Placed[]): LedgerDecision[] {
  return placed.filter(isRouter).map(decisionOf);
}

/** The route that the nearest router took for an execution. */
export function routeAt(place: Placed): string | undefined {
  for (let part = place; part.parent !== undefined; part = part.parent) {
    if (isRouter(part.parent)) return takenRoutes(part.parent)[part.index - firstAttemptOf(part.parent)];
  }
  return undefined;
}

function isRouter({ stated }: Placed): boolean {
  return stated['router.route'] !== undefined || stated['router.refusal'] !== undefined;
}

function decisionOf({ execution, stated }: Placed): LedgerDecision {
  const [route] = everyFact(execution, 'router.route');
  const [estimatedUsd] = everyFact(execution, 'router.estimatedCostUsd');
  const health = everyFact(execution, 'router.health');
  return withoutMissing({
    router: execution.name,
    strategy: stated['router.strategy'],
    route,
    reason: stated['router.reason'],
    refusal: stated['router.refusal'],
    estimatedUsd,
    score: stated['router.score'],
    candidates: stated['router.candidates'],
    left: everyFact(execution, 'router.fallback').map(({ route: left, errorType }) => ({
      route: left,
      because: errorType,
    })),
    baseline: stated['router.baseline'],
    savedUsd: savedBy(execution),
    health: health.length === 0 ? undefined : health,
  });
}

function savedBy({ facts }: ReportedExecution): number | null | undefined {
  const amounts = facts.flatMap((fact) => savingOf(fact) ?? []).filter(({ cause }) => cause === 'routing');
  return amounts.length === 0 ? undefined : sumOrUnknown(amounts.map(({ usd }) => usd));
}

/** The routes that were called, in this order. A route that could not be taken at all is stated and then left. */
function takenRoutes({ execution }: Placed): readonly string[] {
  const routes: string[] = [];
  for (const { name, value } of execution.facts) {
    if (name === 'router.route') routes.push(value as Facts['router.route']);
    else if (name === 'router.fallback' && (value as Facts['router.fallback']).errorType === 'unavailable')
      routes.pop();
  }
  return routes;
}

/** A strategy that executes something itself does so before the first route is called. */
function firstAttemptOf(router: Placed): number {
  return Math.max(0, router.execution.executions.length - takenRoutes(router).length);
}
