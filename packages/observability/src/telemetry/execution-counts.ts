import type { Ending } from 'tta-dev-primitives/internal';
import type { Counts } from './counts.ts';
import type { Exemplar, Series } from './series/series.ts';
import { EXECUTION, OUTCOMES } from './topics/workflow.ts';

type Outcomes = Readonly<Record<Ending['status'], Series>>;

/** The series of one workflow. */
export interface WorkflowSeries {
  readonly inFlight: Series;
  readonly seconds: Series;
  readonly outcomes: Outcomes;
}

/** Counts executions, whatever their primitive. It holds the series of each workflow, because finding them would cost more than counting. */
export class ExecutionCounts {
  readonly #counts: Counts;
  readonly #workflows = new Map<string, WorkflowSeries>();
  readonly #steps = new Map<string, Outcomes>();

  constructor(counts: Counts) {
    this.#counts = counts;
  }

  /** Counts a workflow that begins. */
  begin(name: string): WorkflowSeries {
    let series = this.#workflows.get(name);
    if (series === undefined) {
      const workflow = this.#counts.dimensions.cap('workflow', name);
      series = this.#seriesOf(workflow);
      if (workflow === name) this.#workflows.set(workflow, series); // others are too many to be kept
    }
    series.inFlight.value += 1;
    return series;
  }

  /** Counts a workflow that has ended. */
  end({ inFlight, seconds, outcomes }: WorkflowSeries, { status }: Ending, took: number, exemplar?: Exemplar): void {
    inFlight.value -= 1;
    outcomes[status].value += 1;
    this.#counts.table.measureIn(EXECUTION.seconds, seconds, took, exemplar);
  }

  /** Counts the execution of a primitive. */
  countStep(kind: string, { status }: Ending): void {
    let outcomes = this.#steps.get(kind);
    if (outcomes === undefined) {
      const { dimensions, table } = this.#counts;
      const capped = dimensions.cap('kind', kind);
      outcomes = outcomesOf((outcome) => table.seriesOf(EXECUTION.steps, [capped, outcome]));
      if (capped === kind) this.#steps.set(kind, outcomes); // others are too many to be kept
    }
    outcomes[status].value += 1;
  }

  #seriesOf(workflow: string): WorkflowSeries {
    const { table } = this.#counts;
    return {
      inFlight: table.seriesOf(EXECUTION.inFlight, [workflow]),
      seconds: table.seriesOf(EXECUTION.seconds, [workflow]),
      outcomes: outcomesOf((outcome) => table.seriesOf(EXECUTION.workflows, [workflow, outcome])),
    };
  }
}

function outcomesOf(seriesOf: (outcome: Ending['status']) => Series): Outcomes {
  const [success, error, cancelled] = OUTCOMES;
  return { success: seriesOf(success), error: seriesOf(error), cancelled: seriesOf(cancelled) };
}
