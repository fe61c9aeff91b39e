import { type ReportedExecution, registerSummary } from 'tta-dev-primitives';

/** Adds the route to reports. */
export function summariseRoute(): void {
  registerSummary('route', routeIn);
}

function routeIn(executions: readonly ReportedExecution[]): string | undefined {
  for (const { facts, executions: parts } of executions) {
    const own = facts.findLast(({ name }) => name === 'router.route')?.value;
    const route = own === undefined ? routeIn(parts) : String(own);
    if (route !== undefined) return route;
  }
  return undefined;
}
