/**
 * How far scores have moved from those that a threshold was chosen on, by the usual limits of the population stability index: below
 * 0.1, below 0.25, or further.
 */
export type DriftState = 'stable' | 'moderate' | 'major';

declare module 'tta-dev-primitives' {
  interface Facts {
    /** Stated first, because every metric of a drift has it as a label. */
    'scoreDrift.operation': string;
    /** The population stability index of the newest scores. */
    'scoreDrift.index': number;
    /** Stated when it is first known, and when it changes. */
    'scoreDrift.state': DriftState;
  }
}
