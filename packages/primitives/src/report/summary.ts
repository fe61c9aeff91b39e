import type { FactName, Facts } from '../facts.ts';
import type { ReportedExecution } from './tree-record.ts';

/**
 * The summary of a report, by name. Each topic declares its own part beside its facts, by declaration merging, and registers the function
 * that computes it.
 *
 * @example
 * ```ts
 * declare module 'tta-dev-primitives' {
 *   interface ReportSummary {
 *     greetings: number;
 *   }
 * }
 * registerSummary('greetings', (executions) => factsIn(executions, 'greeting.language').length);
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: topics fill it by declaration merging, which only an interface allows.
export interface ReportSummary {}

/** Computes one part of the summary from the executions of a report; undefined to leave it out. */
export type ReadSummary<Name extends keyof ReportSummary> = (
  executions: readonly ReportedExecution[],
) => ReportSummary[Name] | undefined;

type Summaries = Map<string, (executions: readonly ReportedExecution[]) => unknown>;

/** One list per process, however many copies of this package are loaded. */
const REGISTRY = Symbol.for('tta-dev-primitives.summaries.v1');

const summaries: Summaries = ((globalThis as { [REGISTRY]?: Summaries })[REGISTRY] ??= new Map());

/** Adds a part to the summary of every report. Call it in the module of the primitive that states the facts. */
export function registerSummary<Name extends keyof ReportSummary & string>(name: Name, read: ReadSummary<Name>): void {
  summaries.set(name, read);
}

/** The summary of the executions of a report. A function that throws leaves its part out. */
export function summaryOf(executions: readonly ReportedExecution[]): Partial<ReportSummary> {
  const summary: Record<string, unknown> = {};
  for (const [name, read] of summaries) {
    try {
      const value = read(executions);
      if (value !== undefined) summary[name] = value;
    } catch {
      // The rest of the report is worth having.
    }
  }
  return summary as Partial<ReportSummary>;
}

/** All executions of a report, each before those that it made. */
export function allExecutions(executions: readonly ReportedExecution[]): ReportedExecution[] {
  return executions.flatMap((execution) => [execution, ...allExecutions(execution.executions)]);
}

/** Every value stated under a name, by these executions or by the executions inside them. */
export function factsIn<Name extends FactName>(executions: readonly ReportedExecution[], name: Name): Facts[Name][] {
  return allExecutions(executions)
    .flatMap(({ facts }) => facts)
    .filter((fact) => fact.name === name)
    .map(({ value }) => value as Facts[Name]);
}
