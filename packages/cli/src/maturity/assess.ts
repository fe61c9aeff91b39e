import type { Gate, GateState, Stage } from './facts.ts';
import type { ComponentReport } from './reports.ts';

/** The coverage that each stage asks for, as shares of 1. */
export interface CoverageTargets {
  readonly staging: number;
  readonly production: number;
}

/** What the reports make of a component. */
export interface Assessment {
  readonly component: string;
  readonly stage: Stage;
  readonly gates: Readonly<Record<Gate, GateState>>;
  readonly report: ComponentReport;
}

/**
 * The stage of a component: `staging` needs tests that pass and enough coverage, `production` more coverage and checks that pass too.
 * What no report shows has not been passed.
 */
export function assess(component: string, report: ComponentReport, targets: CoverageTargets): Assessment {
  const { coverage, tests, checksPass } = report;
  const covers = (share: number): boolean => coverage !== undefined && coverage >= share;
  const gates = {
    tests: stateOf(tests && tests.failed === 0 && tests.passed > 0),
    coverage: stateOf(coverage === undefined ? undefined : covers(targets.production)),
    checks: stateOf(checksPass),
  };
  const isStaged = gates.tests === 'passed' && covers(targets.staging);
  const isReady = isStaged && gates.coverage === 'passed' && gates.checks === 'passed';
  return { component, stage: isReady ? 'production' : isStaged ? 'staging' : 'development', gates, report };
}

function stateOf(passed: boolean | undefined): GateState {
  if (passed === undefined) return 'unknown';
  return passed ? 'passed' : 'failed';
}
