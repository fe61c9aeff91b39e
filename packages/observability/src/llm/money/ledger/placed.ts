import type { Facts, ReportedExecution } from 'tta-dev-primitives';
import type { FactName } from 'tta-dev-primitives/internal';
import { type Stated, statedBy } from '../../call/report-summary.ts';

/** An execution, and where it stands in the tree of its request. */
export interface Placed {
  readonly execution: ReportedExecution;
  readonly stated: Stated;
  readonly parent: Placed | undefined;
  /** Its place among the executions of its parent. */
  readonly index: number;
}

/** All executions of a request, each before those that it made. */
export function placedIn(executions: readonly ReportedExecution[]): Placed[] {
  const placed: Placed[] = [];
  const waiting: Placed[] = [];
  addPlaces(waiting, executions, undefined);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    placed.push(next);
    addPlaces(waiting, next.execution.executions, next);
  }
  return placed;
}

/** In reverse, because the last of those that wait is the next. */
function addPlaces(waiting: Placed[], executions: readonly ReportedExecution[], parent: Placed | undefined): void {
  for (let index = executions.length - 1; index >= 0; index -= 1) {
    const execution = executions[index] as ReportedExecution;
    waiting.push({ execution, stated: statedBy(execution), parent, index });
  }
}

/** Every value that an execution stated under a name, in the order stated. */
export function everyFact<Name extends FactName>({ facts }: ReportedExecution, name: Name): Facts[Name][] {
  return facts.filter((fact) => fact.name === name).map(({ value }) => value as Facts[Name]);
}

/** Whether a later execution of the same parent began. */
export function isFollowed({ parent, index }: Placed): boolean {
  return parent !== undefined && index < parent.execution.executions.length - 1;
}
