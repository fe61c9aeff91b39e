/** How far a component has come. */
export type Stage = 'development' | 'staging' | 'production';

/** What a component must pass to be promoted. */
export type Gate = 'tests' | 'coverage' | 'checks';

/** Unknown: no report says anything about the component. */
export type GateState = 'failed' | 'passed' | 'unknown';

declare module 'tta-dev-primitives' {
  interface Facts {
    /** Stated first, because every metric of maturity has it as a label. */
    'maturity.component': string;
    'maturity.stage': Stage;
    /** When the component entered its stage, in seconds since the Unix epoch. */
    'maturity.stageSince': number;
    /** How often the stage has changed, promotions and demotions alike. */
    'maturity.stageChanges': number;
    /** Covered lines as a share of all lines. Not stated if no report covers the component. */
    'maturity.coverage': number;
    'maturity.tests': { readonly outcome: 'passed' | 'failed' | 'skipped'; readonly count: number };
    'maturity.gate': { readonly gate: Gate; readonly state: GateState };
  }
}
