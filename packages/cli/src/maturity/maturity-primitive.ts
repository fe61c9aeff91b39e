import { type RunningStep, type WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import { registerTopic } from 'tta-observability-integration/telemetry';
import { type Assessment, assess, type CoverageTargets } from './assess.ts';
import type { Gate } from './facts.ts';
import type { MaturityHistory, StageHistory } from './history.ts';
import type { ComponentReport } from './reports.ts';
import { maturityTopic } from './topic.ts';

/** A component and what the reports say of it. */
export interface ReportedComponent {
  readonly component: string;
  readonly report: ComponentReport;
}

/** An assessment, and where the component has been. */
export type MaturityOf = Assessment & StageHistory;

/** Assesses components. Its facts become the metrics of maturity. */
export class MaturityPrimitive extends WorkflowPrimitive<ReportedComponent, MaturityOf> {
  override readonly kind = 'maturity';
  readonly #targets: CoverageTargets;
  readonly #history: MaturityHistory;

  constructor(targets: CoverageTargets, history: MaturityHistory) {
    super('maturity');
    registerTopic(maturityTopic);
    this.#targets = targets;
    this.#history = history;
  }

  protected override async run(
    { component, report }: ReportedComponent,
    _context: WorkflowContext,
    { note }: RunningStep,
  ): Promise<MaturityOf> {
    const assessment = assess(component, report, this.#targets);
    const { sinceMs, changes } = await this.#history.enter(assessment, Date.now());
    note('maturity.component', component);
    note('maturity.stage', assessment.stage);
    note('maturity.stageSince', sinceMs / 1_000);
    note('maturity.stageChanges', changes);
    if (report.coverage !== undefined) note('maturity.coverage', report.coverage);
    for (const outcome of ['passed', 'failed', 'skipped'] as const) {
      if (report.tests !== undefined) note('maturity.tests', { outcome, count: report.tests[outcome] });
    }
    for (const [gate, state] of Object.entries(assessment.gates)) {
      note('maturity.gate', { gate: gate as Gate, state });
    }
    return { ...assessment, sinceMs, changes };
  }
}
